// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/**
 * Takes commands from the process that started a node: each line of standard input holds fault settings for the
 * software device of the node, in the syntax of {@link FaultSettings#parse}; an empty line ends the faults. When
 * standard input ends, that process is gone, and the node leaves.
 */
final class NodeControl {

    private NodeControl() {
    }

    static void start(final String deviceName, final Runnable onEnd) {
        Thread.ofPlatform().daemon().name("ccm-control").start(() -> {
            try (Scanner commands = new Scanner(System.in, StandardCharsets.UTF_8)) {
                while (commands.hasNextLine()) {
                    SoftRoceDevices.injectFaults(deviceName, FaultSettings.parse(commands.nextLine()));
                }
            } finally {
                onEnd.run();
            }
        });
    }
}
