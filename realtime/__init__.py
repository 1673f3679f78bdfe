"""The server of a real-time handwriting recognizer; PROTOCOL.md is its wire protocol."""
