import HoldModel

extension CountChange {
    /// Appends the arguments of one inventory hash, as the header of the apply script lists them.
    func encode(into words: inout WordBuffer, form: HashForm) {
        words.append(fence)
        switch form {
        case .payload:
            var payload = HashPayload()
            payload.add(FieldName.total, counts.total)
            payload.add(FieldName.sold, counts.sold)
            payload.add(FieldName.pending, counts.pending)
            payload.add(FieldName.available, counts.available)
            payload.add(FieldName.version, version)
            words.append("restore")
            words.append(payload.finished())
        case .fields:
            words.append("write")
            for number in [counts.total, counts.sold, counts.pending, counts.available, version] {
                words.append(number)
            }
        }
    }
}
