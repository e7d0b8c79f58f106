return require "host.mark".command("pause", "a workflow begins nothing until it is resumed",
  "Events wait. What its schedules missed is decided when it is resumed, as `missed` says. A run that is at work goes on.")
