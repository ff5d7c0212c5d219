# shellcheck shell=bash
# Throw-away servers for the scripts that source this file: a PostgreSQL and a Redis of their own, on Unix sockets in a
# folder of their own, stopped and removed when the script ends, however it ends.
#
#   start_servers [PostgreSQL setting]...     for example: start_servers shared_buffers=256MB
#
# sets, for the caller:
#   SERVERS_FOLDER   also the place for the caller's own temporary files
#   POSTGRES         libpq connection string
#   REDIS_SOCKET     path; redis-cli -s "$REDIS_SOCKET"
#
# Nothing is kept, so nothing is synced to disk. The servers also end when the script is killed outright: the kernel tells
# them (setpriv --pdeathsig).

SERVERS_FOLDER=
POSTGRES=
REDIS_SOCKET=
declare -A _stop_signal=() # by pid

servers_fail() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
    exit 1
}

start_servers() {
    trap _stop_servers EXIT
    trap 'exit 129' HUP
    trap 'exit 130' INT
    trap 'exit 143' TERM
    unset "${!PG@}" # the caller's PGPORT, PGOPTIONS and the like are about other servers
    SERVERS_FOLDER=$(mktemp -d /tmp/hold-reconciler.XXXXXX) # short: the path of a socket has 107 bytes at most
    chmod 711 "$SERVERS_FOLDER" # user postgres passes through to its own folder
    _start_postgres "$@"
    _start_redis
}

_start_postgres() {
    local folder=$SERVERS_FOLDER/postgres log=$SERVERS_FOLDER/postgres.log
    local initdb bin setting
    local -a as_owner=() settings=()
    initdb=$(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort --version-sort | tail -n 1) || initdb=$(command -v initdb) ||
        servers_fail "PostgreSQL's initdb was not found; ops/prepare servers installs it."
    bin=$(dirname "$(readlink -f "$initdb")")

    mkdir -m 700 "$folder"
    if [[ $(id -u) == 0 ]]; then # PostgreSQL refuses to run as root
        as_owner=(--reuid=postgres --regid=postgres --clear-groups)
        chown postgres:postgres "$folder"
    fi
    for setting in listen_addresses= "unix_socket_directories=$folder" unix_socket_permissions=0700 \
        fsync=off synchronous_commit=off full_page_writes=off autovacuum=off "$@"; do
        settings+=(-c "$setting")
    done

    (cd "$folder" && setpriv "${as_owner[@]}" --pdeathsig TERM "$bin/initdb" --no-sync --auth=trust --username=postgres \
        --encoding=UTF8 --locale=C.UTF-8 --pgdata="$folder/data") >"$log" 2>&1 || _server_failed "initdb failed" "$log"
    (cd "$folder" && exec setpriv "${as_owner[@]}" --pdeathsig QUIT "$bin/postgres" -D "$folder/data" "${settings[@]}") \
        >>"$log" 2>&1 </dev/null &
    _stop_signal[$!]=QUIT # at once, without a last write of what is thrown away
    POSTGRES="host=$folder user=postgres dbname=postgres"
    _await "PostgreSQL" $! "$log" psql -X -q -t -c 'SELECT' "$POSTGRES"
}

_start_redis() {
    local log=$SERVERS_FOLDER/redis.log
    REDIS_SOCKET=$SERVERS_FOLDER/redis.sock
    setpriv --pdeathsig TERM redis-server --port 0 --unixsocket "$REDIS_SOCKET" --unixsocketperm 700 \
        --dir "$SERVERS_FOLDER" --save '' --appendonly no --daemonize no >"$log" 2>&1 </dev/null &
    _stop_signal[$!]=TERM
    _await "Redis" $! "$log" redis-cli -s "$REDIS_SOCKET" ping
}

# _await NAME PID LOG COMMAND...: until the command succeeds, the server ends, or half a minute has passed.
_await() {
    local name=$1 pid=$2 log=$3 end=$((SECONDS + 30))
    shift 3
    until "$@" >/dev/null 2>&1; do
        kill -0 "$pid" 2>/dev/null || _server_failed "$name ended while it started" "$log"
        ((SECONDS < end)) || _server_failed "$name was not ready within 30 s" "$log"
        sleep 0.05
    done
}

_server_failed() {
    tail -n 20 "$2" >&2
    servers_fail "$1; the end of its log is above."
}

_stop_servers() {
    local status=$? pid end=$((SECONDS + 10))
    trap - EXIT HUP INT TERM
    for pid in "${!_stop_signal[@]}"; do kill -"${_stop_signal[$pid]}" "$pid" 2>/dev/null || true; done
    for pid in "${!_stop_signal[@]}"; do
        while kill -0 "$pid" 2>/dev/null && ((SECONDS < end)); do sleep 0.02; done
        kill -KILL "$pid" 2>/dev/null || true
        wait "$pid" 2>/dev/null || true
    done
    rm -rf "$SERVERS_FOLDER"
    exit "$status"
}
