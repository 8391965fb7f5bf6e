"""Pictures of pixels on terminals that can show them.

textual-image does this too, but asks the terminal when it is imported (keys typed ahead get lost),
decodes what strangers sent within the inbox, and does not know iTerm2."""
