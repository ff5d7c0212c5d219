import ArgumentParser
import Commands

@main
enum HoldReconciler {
    static func main() async {
        Allocator.shareOneArena()
        await HoldReconcilerCommand.main()
    }
}
