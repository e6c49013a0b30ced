package outside;

import dev.ffmverbs.Verbs;
import dev.ffmverbs.ccm.ClusterConnectionManager;

/** Prints the modules of the libraries, and runs the program that the other projects run. */
public final class ShowModules {

    private ShowModules() {
    }

    /**
     * Prints the modules, and what was read.
     *
     * @param arguments how this program is run, which begins each line.
     */
    public static void main(final String[] arguments) {
        System.out.println(arguments[0] + ": " + Verbs.class.getModule() + ", "
            + ClusterConnectionManager.class.getModule());
        ReadRemoteMemory.main(arguments);
    }
}
