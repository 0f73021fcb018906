"""What stands between the network and the application: one small ASGI class each."""
