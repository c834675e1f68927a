#!/bin/sh
# Installs, from Debian packages, what the tests can use beyond what npm brings: Mosquitto, InfluxDB, Postfix, strace for faults of the disk, and a
# Chromium with Japanese fonts when this machine has none. Run it as often as you like; nothing is started, and nothing that is there is changed.
#
#   infra/test-servers.sh          as root, or by a user who may use sudo
#   infra/test-servers.sh --help
set -eu

say() { printf '%s\n' "$*"; }
fail() {
  printf 'test-servers: %s\n' "$*" >&2
  exit 1
}

case "${1:-}" in
  '') ;;
  -h | --help)
    sed -n '2,6s/^# \{0,1\}//p' "$0"
    exit 0
    ;;
  *) fail "unknown argument '$1' (there is only --help)" ;;
esac

found() { PATH="$PATH:/usr/sbin:/usr/local/sbin" command -v "$1" >/dev/null 2>&1; }

browser() {
  [ -x "${CHROMIUM_PATH:-}" ] && return 0
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    found "$name" && return 0
  done
  return 1
}

japanese() { found fc-list && [ -n "$(fc-list :lang=ja family)" ]; }

packages=''
found mosquitto || packages="$packages mosquitto"
found influxd || packages="$packages influxdb"
found postfix || packages="$packages postfix"
found strace || packages="$packages strace"
browser || packages="$packages chromium"
japanese || packages="$packages fonts-noto-cjk fontconfig"
if [ -z "$packages" ]; then
  say 'Mosquitto, InfluxDB, Postfix, strace, a Chromium and Japanese fonts are here already: nothing to do.'
  exit 0
fi

found apt-get || fail "needs apt-get (Debian, Ubuntu). Elsewhere install$packages by other means, or start a container engine"

as_root=''
if [ "$(id -u)" -ne 0 ]; then
  found sudo || fail 'needs root: run it as root, or install sudo'
  as_root='sudo'
fi

# Installing Mosquitto, InfluxDB and Postfix would start servers on ports 1883, 8086 and 25. Debian asks this file first, and 101 means "do not start
# anything". A file that is there belongs to somebody (container images have one) and is left as it is.
policy=/usr/sbin/policy-rc.d
made_policy=''
forbid_starting() {
  if [ -e "$policy" ]; then
    # It is called as Debian would call it; one that allows services to start is asked for nothing else than this.
    status=0
    "$policy" mosquitto start >/dev/null 2>&1 || status=$?
    [ "$status" -eq 101 ] || say "note: $policy allows services to start, so Mosquitto may start on port 1883, InfluxDB on 8086, Postfix on 25"
    return
  fi
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
}
allow_starting() { [ -z "$made_policy" ] || $as_root rm -f "$policy"; }

log=$(mktemp)
cleaned() {
  allow_starting
  rm -f "$log"
}
trap cleaned EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

quietly() {
  "$@" >"$log" 2>&1 && return 0
  tail -n 20 "$log" >&2
  return 1
}

forbid_starting
say "Installing$packages (a minute or two) ..."
quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q || fail 'apt-get update failed, see above'
# Postfix would ask what this machine's own mail is to be: nothing. The tests bring a configuration of their own.
if ! found postfix; then
  printf 'postfix postfix/main_mailer_type select No configuration\n' | $as_root debconf-set-selections ||
    fail 'debconf-set-selections failed, see above'
fi
# $packages is a list of words.
# shellcheck disable=SC2086
quietly $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $packages ||
  fail "apt-get could not install$packages, see above"

found mosquitto || fail 'mosquitto was installed but cannot be found'
found influxd || fail 'influxdb was installed but influxd cannot be found'
found postfix || fail 'postfix was installed but cannot be found'
browser || fail 'chromium was installed but cannot be found'
say 'Done. npm test now runs the suites that need them.'
