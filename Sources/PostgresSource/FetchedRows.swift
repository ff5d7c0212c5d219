/// Rows of a cursor. libpq's result is not copied; a box lets it be kept between pages, and until it is asked for.
final class FetchedRows {
    let rows: QueryResult

    init(_ rows: consuming QueryResult) {
        self.rows = rows
    }
}
