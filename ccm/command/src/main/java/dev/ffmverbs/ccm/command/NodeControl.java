// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import dev.ffmverbs.softroce.SoftRoceDevices;
import dev.ffmverbs.softroce.faults.FaultSettings;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/**
 * Takes commands from the process that started a node. A line of standard input is {@link #HAND_OVER}, or holds fault
 * settings for the software device of the node, in the syntax of {@link FaultSettings#parse}; an empty line ends the
 * faults. When standard input ends, that process is gone, and the node leaves.
 */
final class NodeControl {

    /** Lets the node hand over what it owns. */
    static final String HAND_OVER = "hand over";

    private NodeControl() {
    }

    static void start(final String deviceName, final Runnable onHandOver, final Runnable onEnd) {
        Thread.ofPlatform().daemon().name("ccm-control").start(() -> {
            try (Scanner commands = new Scanner(System.in, StandardCharsets.UTF_8)) {
                while (commands.hasNextLine()) {
                    final String command = commands.nextLine();
                    if (command.equals(HAND_OVER)) {
                        onHandOver.run();
                    } else {
                        SoftRoceDevices.injectFaults(deviceName, FaultSettings.parse(command));
                    }
                }
            } finally {
                onEnd.run();
            }
        });
    }
}
