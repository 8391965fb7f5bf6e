"""The names of the inbox's key presets: what `preset` in config.toml and the option `--preset` may
say. Which keys they are is in `tui.keymaps.presets`, which loads much later."""

KEY_PRESETS = ("default", "vim", "aerc", "gmail")
"""The first one is what an inbox has without a word."""
