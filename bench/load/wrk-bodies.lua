-- POSTs the bodies of a file in turn, one a line, to the path of the command line.
local requests = {}
local position = 0

function init(args)
  local headers = { ["content-type"] = "application/json", accept = "application/json" }
  for body in io.lines(args[1]) do
    table.insert(requests, wrk.format("POST", wrk.path, headers, body))
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests":%d,"bytes":%d,"microseconds":%d,"failed":%d}\n',
    summary.requests, summary.bytes, summary.duration, failed))
end
