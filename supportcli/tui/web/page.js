// Keys go to the inbox at once, as in a terminal.
addEventListener("load", () => {
  const field = () => document.querySelector(".xterm-helper-textarea");
  field()?.focus();
  addEventListener("focus", () => field()?.focus());
});
