import ArgumentParser
import Commands

@main
enum HoldReconciler {
    static func main() async {
        await HoldReconcilerCommand.main()
    }
}
