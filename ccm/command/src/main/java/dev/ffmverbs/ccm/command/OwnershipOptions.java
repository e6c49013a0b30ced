// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** The options of {@code ccm node} with which a node and its partner decide who of them owns. */
final class OwnershipOptions {

    @Option(names = "--witness", paramLabel = "ADDRESS:PORT", converter = Converters.Address.class,
        description = "address and port of a witness, once or three times: this node and its first partner decide there"
            + " who of them owns")
    private List<InetSocketAddress> witnesses = new ArrayList<>();

    @Option(names = "--lease-ms", paramLabel = "MS", converter = Converters.Milliseconds.class,
        description = "how long a node owns without being able to renew, the same at both nodes; default 500")
    private Duration lease;

    @Option(names = "--owns-first", paramLabel = "NAME",
        description = "the node that owns if neither has owned before, the same at both nodes; by default the one whose"
            + " name sorts first")
    private String preferredNode;

    @Option(names = "--uses", paramLabel = "FILE", hidden = true,
        description = "file to which the node writes when it used its ownership, for a judge outside the process")
    private Path uses;

    /** Created by picocli. */
    OwnershipOptions() {
        // All fields are options.
    }

    /** Returns the witnesses; empty if the node takes no part in an ownership. */
    List<InetSocketAddress> witnesses() {
        return witnesses;
    }

    /** Returns the lease; null for the default. */
    Duration lease() {
        return lease;
    }

    /** Returns the name of the preferred node; null for the default. */
    String preferredNode() {
        return preferredNode;
    }

    /** Returns the file for the uses; null for none. */
    Path uses() {
        return uses;
    }
}
