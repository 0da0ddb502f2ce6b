-- Without arguments, sends the request of the command line again and again. With a file, its paths in turn, one a line.
-- With a second argument, POSTs it to each.
local requests = {}
local position = 0

local function nextRequest()
  position = position % #requests + 1
  return requests[position]
end

function init(args)
  if not args[1] then return end
  local body = args[2]
  local headers = { accept = "application/json" }
  if body then headers["content-type"] = "application/json" end
  for path in io.lines(args[1]) do
    table.insert(requests, wrk.format(body and "POST" or "GET", path, headers, body))
  end
  -- Only here: where it is not defined, wrk makes its request once and does not call Lua for each.
  request = nextRequest
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.status + errors.timeout
  io.write(string.format('\n{"requests":%d,"microseconds":%d,"failed":%d,"p50":%d,"p99":%d,"p999":%d}\n', summary.requests,
    summary.duration, failed, latency:percentile(50), latency:percentile(99), latency:percentile(99.9)))
end
