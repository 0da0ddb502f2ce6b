#!/bin/sh
# Makes the certificates of these tests anew, in certificates/. They hold for a hundred years and guard nothing.
set -eu
cd "$(dirname "$0")/certificates"
days=36500

key() { openssl ecparam -genkey -name prime256v1 -noout | openssl pkcs8 -topk8 -nocrypt -out "$1.key"; }

authority() {
  key "$1"
  openssl req -x509 -new -key "$1.key" -days $days -out "$1.pem" -subj "/CN=$2" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
}

# name, common name, its authority, extensions
leaf() {
  key "$1"
  printf '%s\n' "$4" >extensions
  openssl req -new -key "$1.key" -subj "/CN=$2" |
    openssl x509 -req -CA "$3.pem" -CAkey "$3.key" -days $days -out "$1.pem" -extfile extensions
  rm extensions
}

authority authority "fourfold test authority"
authority stranger "fourfold test stranger"
leaf server localhost authority "subjectAltName=DNS:localhost,IP:127.0.0.1"
leaf renewed localhost authority "subjectAltName=DNS:localhost,IP:127.0.0.1"
leaf api api.example.org authority "subjectAltName=DNS:api.example.org"
leaf wildcard "*.example.org" authority "subjectAltName=DNS:*.example.org"
leaf client "a client" authority "extendedKeyUsage=clientAuth"
leaf unknown-client "an unknown client" stranger "extendedKeyUsage=clientAuth"
openssl pkcs8 -topk8 -in server.key -passout pass:open -out server.encrypted.key
