// SPDX-License-Identifier: Apache-2.0

/** The {@code ccm} command, which {@code ccm/bin/ccm} runs: a program over the public API of the connection manager. */
module dev.ffmverbs.ccm.command {
    requires com.fasterxml.jackson.jr.ob;
    requires dev.ffmverbs.ccm;
    requires info.picocli;
    requires java.management;
    requires jdk.jfr;

    opens dev.ffmverbs.ccm.command to info.picocli;
}
