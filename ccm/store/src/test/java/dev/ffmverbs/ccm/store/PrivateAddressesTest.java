// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PrivateAddressesTest {

    private static final int PROCESSES = 64;
    private static final int PLACES = 6;

    @Test
    void noProcessHasAnAddressThatMayBeANetworkOrABroadcastAddress() {
        for (int process = 0; process < PROCESSES; process++) {
            for (int place = 1; place <= PLACES; place++) {
                final String address = PrivateAddresses.address(process, place);
                assertFalse(address.endsWith(".0") || address.endsWith(".255"), address);
            }
        }
    }

    @Test
    void noTwoProcessesShareAnAddress() {
        final Set<String> addresses = new HashSet<>();
        for (int process = 0; process < PROCESSES; process++) {
            for (int place = 1; place <= PLACES; place++) {
                addresses.add(PrivateAddresses.address(process, place));
            }
        }
        assertEquals(PROCESSES * PLACES, addresses.size());
    }

    @Test
    void aPlaceWhoseAddressCouldNotBeBoundIsRefused() {
        for (final int place : List.of(0, 7)) {
            assertThrows(IllegalArgumentException.class, () -> PrivateAddresses.address(1, place));
        }
    }

    @Test
    void everyProcessOfTheStormHasAPlaceToItself() {
        final Map<String, Integer> places = StoreStormTest.PLACES;
        assertEquals(places.size(), Set.copyOf(places.values()).size());
        places.values().forEach(place -> assertTrue(PrivateAddresses.address(31, place).endsWith("." + (248 + place))));
    }
}
