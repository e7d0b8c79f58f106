return require "host.mark".command("enable", "lets a disabled workflow begin again",
  "What came while it was disabled stays undone.")
