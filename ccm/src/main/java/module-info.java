// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone.
 *
 * <p>Start at {@link dev.ffmverbs.ccm.ClusterConnectionManager}; {@code ccm/bin/ccm} runs it from a shell.
 */
// HdrHistogram is the one library here without a module descriptor.
@SuppressWarnings("requires-automatic")
module dev.ffmverbs.ccm {
    requires transitive dev.ffmverbs;
    requires HdrHistogram;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires java.management;
    requires jdk.jfr;

    exports dev.ffmverbs.ccm;
    exports dev.ffmverbs.ccm.mirror;
    exports dev.ffmverbs.ccm.value;

    opens dev.ffmverbs.ccm.command to info.picocli;
}
