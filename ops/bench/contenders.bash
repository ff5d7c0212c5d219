# shellcheck shell=bash
# What is measured, by name. The caller has set: here, binary, POSTGRES, REDIS_SOCKET, prefix.
#
#   command_of NAME      sets `command` to the words that run it, and `right` to the status that it ends with

# shellcheck disable=SC2034 # the caller reads `command` and `right`
command_of() {
    right=0
    local -a peer=(--postgres "$POSTGRES" --redis-socket "$REDIS_SOCKET" --key-prefix "$prefix")
    local -a ours=(--postgres "$POSTGRES" --redis "unix://$REDIS_SOCKET" --key-prefix "$prefix")
    case $1 in
    # Those that rebuild:
    pipe) command=("$here/peer-pipe" "${peer[@]}") ;;
    scripts) command=("$here/peer-scripts" "${peer[@]}") ;;
    one-by-one) command=("$here/peer-scripts" --one-by-one "${peer[@]}") ;;
    stopped) command=("$binary" rebuild --holds rebuild --traffic stopped --execute "${ours[@]}") ;;
    # Two processes that share one run.
    shards)
        # shellcheck disable=SC2016 # the inner shell's words
        command=(bash -c '"$0" "$@" --shard 0/2 & "$0" "$@" --shard 1/2; status=$?; wait "$!" && exit "$status"'
            "$binary" rebuild --holds rebuild --traffic stopped --execute "${ours[@]}")
        ;;
    live | half-live) command=("$binary" rebuild --holds rebuild --traffic live --execute "${ours[@]}") ;;
    # Those that look:
    check) command=("$binary" check "${ours[@]}") ;;
    # The same where some events have drifted.
    check-1 | check-10) right=2 command=("$binary" check "${ours[@]}") ;;
    read-back) command=("$here/peer-check" "${peer[@]}") ;;
    *) fail "there is no contender $1." ;;
    esac
}
