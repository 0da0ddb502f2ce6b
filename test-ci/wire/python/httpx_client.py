"""httpx: python httpx_client.py ORIGIN VERSION CERTIFICATE FILE. Prints what it got as JSON."""

import hashlib
import json
import ssl
import sys

import httpx

origin, version, certificate, path = sys.argv[1:]
size = 100 * 1024 * 1024


def parts():
    with open(path, "rb") as file:
        while part := file.read(256 * 1024):
            yield part


def received(response):
    digest = hashlib.sha256()
    count = 0
    for part in response.iter_raw():
        digest.update(part)
        count += len(part)
    return {"bytes": count, "sha256": digest.hexdigest()}


context = ssl.create_default_context(cafile=certificate)
is_http2 = version == "2"
with httpx.Client(
    http1=not is_http2, http2=is_http2, verify=context, timeout=60, base_url=origin, trust_env=False
) as client:
    with client.stream("GET", f"/content?{size}") as response:
        download = received(response)
        spoken = response.http_version
    upload = client.post("/hash", content=parts()).json()
    # httpx reads no answer before it has sent everything: what comes back must fit on the way.
    echo = client.post("/echo", content=b"0123456789" * 1000).text == "0123456789" * 1000
    missing = client.get("/nowhere").status_code
    paths = [client.get(f"/head?{number}").json()["query"] for number in range(50)]

print(
    json.dumps(
        {
            "version": spoken,
            "download": download,
            "upload": upload,
            "echo": echo,
            "missing": missing,
            "inOrder": paths == [str(number) for number in range(50)],
        }
    )
)
