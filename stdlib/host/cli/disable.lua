return require "host.mark".command("disable", "a workflow begins nothing any more",
  "Each of its slots and events becomes a row that says so. A run that is at work goes on.")
