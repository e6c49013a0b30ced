// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs;

import java.io.IOException;
import java.net.ServerSocket;

/** Finds TCP ports for programs that exchange addresses. */
public final class FreePort {

    private FreePort() {
    }

    /** Returns a port that no program of this machine listened at a moment ago. */
    public static int find() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
