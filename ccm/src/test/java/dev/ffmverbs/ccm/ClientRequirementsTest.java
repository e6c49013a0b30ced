// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientRequirementsTest {

    private static String refusal(final Runnable request) {
        return assertThrows(IllegalArgumentException.class, request::run).getMessage();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "-log", "log\n", "abcdefghijklmnopqrstuvwxyz0123456789", "\u00e4"})
    void refusesAMalformedName(final String name) {
        final String message = refusal(() -> new ClientRequirements(name, 1, 1));
        assertTrue(message.startsWith("\"" + name + "\" is not a client name: 1 to 32 letters"), message);
    }

    @Test
    void refusesInvalidSizes() {
        assertEquals("client log asks for portsRequired -1; it must be 0 to 128",
            refusal(() -> new ClientRequirements("log", -1, 0)));
        assertEquals("client log asks for portsRequired 129; it must be 0 to 128",
            refusal(() -> new ClientRequirements("log", 129, 0)));
        assertEquals("client log asks for memoryBytes -1; it must be 0 to 9223372036854775807",
            refusal(() -> new ClientRequirements("log", 1, -1)));
        assertEquals("client log asks for queueDepth 0; it must be 1 to 8192",
            refusal(() -> new ClientRequirements("log", 1, 1, 0)));
    }

    @Test
    void aNodeRefusesMoreClientsAndPortsThanATableHolds() {
        final ClientRegistry registry = new ClientRegistry(name -> Runnable::run, () -> { });
        registry.register(new RecordingClient("many", 100, 0));
        assertEquals("with client more there would be 2 clients with 129 ports; a node has at most 32 clients with 128"
            + " ports", refusal(() -> registry.register(new RecordingClient("more", 29, 0))));
        for (int i = 1; i < 32; i++) {
            registry.register(new RecordingClient("client" + i, 0, 0));
        }
        assertTrue(refusal(() -> registry.register(new RecordingClient("last", 0, 0))).contains("33 clients"));
    }
}
