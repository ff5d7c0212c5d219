import HoldModel
import RedisStore
import TestPlatform

/// One step of the platform, whole: a script, a statement in SQL, or the clock.
enum PlatformMove: Sendable, Hashable {
    case acquire(Int)
    /// The order row is written (flow A with the claim, flow B with the hold, then with an expiry).
    case order(Int, expires: Bool)
    case claim(Int)
    case commit(Int)
    case extend(Int, by: Int64)
    case release(Int)
    case cancelOrder(Int)
    /// The order goes to `processing`: payment has been taken.
    case pay(Int)
    /// The confirmation failed: the order waits for its payment again, and keeps neither expiry nor a release.
    case takeBack(Int)
    /// The message of an accepted order goes into the finalizer's queue.
    case send(Int)
    /// The API keeps that its call failed.
    case failCall(Int)
    /// The finalizer fails on the message: it becomes a dead letter.
    case bury(Int)
    /// A person sends the dead letter again.
    case replay(Int)
    /// The finalizer takes the message out and sells the seats in SQL.
    case sellMessage(Int)
    /// Redis drops the hash by its TTL.
    case dropHash(Int)
    /// The database is restored to an instant before the sale.
    case forgetSale(Int)
    /// The standby replays all there is.
    case replicate
    /// SQL sells the seats; the finalizer has yet to run.
    case confirm(Int)
    case finalize(Int)
    case cleaner
    /// The clock goes on.
    case pass(Int64)
    /// Another run takes the lease, this one having been held up.
    case takeLease
    /// The run is killed; what comes next of the reconciler begins anew.
    case kill
}

extension PlatformMove {
    func text(_ model: RaceModel) -> String {
        func name(_ hold: Int) -> String { model.holds[hold].token }
        return switch self {
        case .acquire(let hold): "acquire \(name(hold))"
        case .order(let hold, let expires): "SQL: order of \(name(hold))\(expires ? " with an expiry" : "")"
        case .claim(let hold): "claim \(name(hold))"
        case .commit(let hold): "commit \(name(hold))"
        case .extend(let hold, let seconds): "extend \(name(hold)) by \(seconds) s"
        case .release(let hold): "release \(name(hold))"
        case .cancelOrder(let hold): "SQL: order of \(name(hold)) is cancelled"
        case .pay(let hold): "SQL: order of \(name(hold)) is processing"
        case .takeBack(let hold): "SQL: order of \(name(hold)) is not processing any more"
        case .send(let hold): "message of \(name(hold)) is sent"
        case .failCall(let hold): "SQL: the call for \(name(hold)) has failed"
        case .bury(let hold): "message of \(name(hold)) becomes a dead letter"
        case .replay(let hold): "dead letter of \(name(hold)) is sent again"
        case .sellMessage(let hold): "the finalizer takes the message of \(name(hold)), SQL: its seats are sold"
        case .dropHash(let hold): "the hash of \(name(hold)) has lived its time"
        case .forgetSale(let hold): "SQL: restored to before the sale of \(name(hold))"
        case .replicate: "the standby replays"
        case .confirm(let hold): "SQL: order of \(name(hold)) is confirmed, its seats are sold"
        case .finalize(let hold): "finalize \(name(hold))"
        case .cleaner: "cleaner"
        case .pass(let seconds): "\(seconds) s pass"
        case .takeLease: "another run takes the lease"
        case .kill: "the run is killed"
        }
    }

    /// Whether a hold may be over by it.
    var mayEndHolds: Bool {
        switch self {
        case .pass, .cancelOrder, .dropHash: true
        default: false
        }
    }

    /// Whether Redis drops a hash by it.
    var losesHash: Bool {
        if case .dropHash = self { true } else { false }
    }

    /// What the move says to Redis; `nil` where it is about SQL or the clock.
    func call(_ model: RaceModel, _ bench: Bench) -> RedisCommand? {
        let now = String(model.now)
        switch self {
        case .acquire(let position):
            let hold = model.holds[position]
            return bench.command(
                .acquire, [bench.hold(hold), bench.index] + bench.inventories(hold),
                [hold.token, Bench.eventName, now, "600", "100000", "guest"]
                    + hold.seats.flatMap { [$0.category, String($0.quantity)] })
        case .claim(let position):
            return bench.command(.claim, [bench.hold(model.holds[position])], [now, "0"])
        case .commit(let position):
            let hold = model.holds[position]
            return bench.command(.commit, [bench.hold(hold)], ["order-\(hold.token)"])
        case .extend(let position, let seconds):
            let hold = model.holds[position]
            return bench.command(
                .extend, [bench.hold(hold), bench.index], [hold.token, now, String(seconds), "100000"])
        case .release(let position):
            let hold = model.holds[position]
            return bench.command(
                .release, [bench.hold(hold), bench.index] + bench.inventories(hold),
                [hold.token, now, "cancelled", "user", "600"])
        case .finalize(let position):
            let hold = model.holds[position]
            return bench.command(
                .finalize, [bench.hold(hold), bench.index] + bench.inventories(hold),
                [hold.token, now, "order-\(hold.token)", "payment", "1800"])
        case .cleaner:
            return bench.command(
                .cleaner, [bench.index], [now, Bench.prefix + "holds:", Bench.prefix + "inventory:", "100", "600"])
        case .takeLease:
            return RedisCommand("SET", Bench.prefix + "hold-reconciler:lease", "another")
        case .dropHash(let position):
            return RedisCommand(
                "EVAL", "redis.call('DEL', KEYS[1]) return 'ok'", "1", bench.hold(model.holds[position]))
        case .order, .cancelOrder, .pay, .takeBack, .send, .failCall, .bury, .replay, .sellMessage, .forgetSale,
            .replicate, .confirm, .pass, .kill:
            return nil
        }
    }

    /// Whether the platform's own rules say that the script goes through. Who meets a hash that was lost before is
    /// refused with right.
    func isExpectedToPass(_ world: World) -> Bool {
        let holds = world.model.holds
        return switch self {
        case .claim(let hold):
            holds[hold].life == .held && holds[hold].expiresAt > world.model.now
                && world.image.status(ofHold: hold) == "held"
        case .extend(let hold, _): [.held, .claimed].contains(holds[hold].life) && world.image.isActive(hold)
        case .release(let hold): holds[hold].life == .held && world.image.isActive(hold)
        case .finalize(let hold): [.claimed, .committed].contains(holds[hold].life) && world.image.isActive(hold)
        case .acquire, .commit, .order, .cancelOrder, .pay, .takeBack, .send, .failCall, .bury, .replay, .sellMessage,
            .dropHash, .forgetSale, .replicate, .confirm, .cleaner, .pass, .takeLease, .kill:
            false
        }
    }

    /// What is true once the move has gone through.
    ///
    /// - Parameter after: what Redis holds then.
    func change(_ model: inout RaceModel, _ after: RedisImage) {
        if isInSQL { model.commit() }
        switch self {
        case .acquire(let hold):
            model.holds[hold].life = .held
            model.holds[hold].expiresAt = model.now + 600
        case .order(let hold, let expires):
            model.holds[hold].order = .pendingPayment
            model.holds[hold].orderAt = model.now
            model.holds[hold].orderExpiresAt = expires ? model.now + 600 : nil
        case .claim(let hold): model.holds[hold].life = .claimed
        case .commit(let hold): model.holds[hold].life = .committed
        case .extend(let hold, let seconds): model.holds[hold].expiresAt = model.now + seconds
        case .release(let hold): model.holds[hold].life = .over
        case .cancelOrder(let hold):
            model.holds[hold].order = .cancelled
            // Nothing is left that could still go to checkout.
            if !after.isActive(hold) { model.holds[hold].life = .over }
        case .pay(let hold):
            model.holds[hold].order = .processing
            model.holds[hold].orderExpiresAt = nil
            model.holds[hold].paidAt = model.now
        case .takeBack(let hold): model.holds[hold].order = .pendingPayment
        case .send(let hold), .replay(let hold): model.holds[hold].message = .queue
        case .bury(let hold): model.holds[hold].message = .deadLetters
        case .failCall(let hold): model.holds[hold].hasFailed = true
        case .sellMessage(let hold):
            model.holds[hold].message = nil
            model.sell(hold)
        case .confirm(let hold): model.sell(hold)
        case .forgetSale(let hold):
            model.holds[hold].order = .pendingPayment
            model.holds[hold].paidAt = nil
            model.addSold(hold, times: -1)
        case .replicate: model.replicate()
        case .finalize(let hold): model.holds[hold].life = .finalized
        case .cleaner:
            for position in model.holds.indices
            where model.holds[position].life == .held && model.holds[position].expiresAt <= model.now
                && after.status(ofHold: position) == "expired"
            {
                model.holds[position].life = .over
            }
        case .pass(let seconds): model.now += seconds
        case .kill: model.kills += 1
        case .takeLease, .dropHash: break
        }
    }
}

extension PlatformMove {
    /// Whether SQL commits something with it.
    private var isInSQL: Bool {
        switch self {
        case .order, .cancelOrder, .pay, .takeBack, .failCall, .sellMessage, .confirm, .forgetSale: true
        case .acquire, .claim, .commit, .extend, .release, .finalize, .cleaner, .pass, .takeLease, .send, .bury,
            .replay,
            .dropHash, .replicate, .kill:
            false
        }
    }
}

extension RaceModel {
    fileprivate mutating func sell(_ hold: Int) {
        holds[hold].order = .confirmed
        holds[hold].paidAt = now
        addSold(hold, times: 1)
    }

    fileprivate mutating func addSold(_ hold: Int, times: Int64) {
        for position in categories.indices {
            sold[position] += times * holds[hold].quantity(in: categories[position])
        }
    }
}
