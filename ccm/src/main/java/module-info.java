// SPDX-License-Identifier: Apache-2.0

/**
 * The cluster connection manager: two nodes find each other through memory alone.
 *
 * <p>Start at {@link dev.ffmverbs.ccm.ClusterConnectionManager}; {@code ccm/bin/ccm} runs it from a shell.
 */
// HdrHistogram is the one library here without a module descriptor.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module dev.ffmverbs.ccm {
    requires transitive dev.ffmverbs;
    requires HdrHistogram;
    requires com.fasterxml.jackson.jr.ob;
    requires info.picocli;
    requires java.management;
    requires jdk.jfr;

    exports dev.ffmverbs.ccm;
    exports dev.ffmverbs.ccm.handshake;
    exports dev.ffmverbs.ccm.link;
    exports dev.ffmverbs.ccm.liveness;
    exports dev.ffmverbs.ccm.memory;
    exports dev.ffmverbs.ccm.mirror;
    exports dev.ffmverbs.ccm.trust;

    opens dev.ffmverbs.ccm.command to info.picocli;
    // Its Flight Recorder settings are for every program that records.
    opens dev.ffmverbs.ccm.events;
}
