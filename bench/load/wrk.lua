-- Sends the requests of a file in turn: one path a line. With a second argument, POSTs it to each.
local requests = {}
local position = 0

function init(args)
  local body = args[2]
  local headers = { accept = "application/json" }
  if body then headers["content-type"] = "application/json" end
  for path in io.lines(args[1]) do
    table.insert(requests, wrk.format(body and "POST" or "GET", path, headers, body))
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests":%d,"microseconds":%d,"failed":%d}\n', summary.requests, summary.duration, failed))
end
