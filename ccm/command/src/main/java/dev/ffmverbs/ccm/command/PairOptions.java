// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where the nodes run that a command measures, and where its results go. */
final class PairOptions {

    private static final int MAXIMUM_PORT = 65_533;
    private static final int MAXIMUM_DEVICES = 2;

    @Option(names = "--device", paramLabel = "DEVICE", split = ",",
        description = "RDMA device, or two devices, one for each node; by default, the first one found")
    private List<String> devices = new ArrayList<>();

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7471",
        description = "port of node A; node B and the witness get the next ones; default 7471")
    private int port;

    @Option(names = "--json", paramLabel = "FILE", description = "file for the results")
    private Path json;

    /** Created by picocli. */
    PairOptions() {
        // All fields are options.
    }

    /** Checks the options, and returns where the nodes run. */
    DemoPlacement choosePlacement(final CommandLine command) {
        if (port < 1 || port > MAXIMUM_PORT) {
            throw new ParameterException(command, "--port is " + port + "; it must be 1 to " + MAXIMUM_PORT
                + ", since node B and the witness get the next ones");
        }
        if (devices.size() > MAXIMUM_DEVICES) {
            throw new ParameterException(command, "--device names " + devices.size()
                + " devices; there are two nodes");
        }
        if (json != null) {
            OutputFile.require(NodeReport.JSON_OPTION, json);
        }
        return DemoPlacement.choose(devices, port);
    }

    /** Returns the file for the results; null for none. */
    Path json() {
        return json;
    }
}
