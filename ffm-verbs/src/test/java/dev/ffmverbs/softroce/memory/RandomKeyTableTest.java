// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.softroce.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RandomKeyTableTest {

    @Test
    void behavesAsAMapUnderRandomInsertionsAndRemovals() {
        final Random random = new Random(8);
        // A narrow range of keys creates chains, including chains that wrap around the table.
        final RandomKeyTable<Integer> table = new RandomKeyTable<>(random, 0, 0x1_0000);
        final Map<Integer, Integer> model = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            final int key = random.nextInt(64) | random.nextInt(4) << 12;
            if (random.nextInt(3) != 0) {
                assertEquals(model.remove(key), table.remove(key));
            } else if (model.putIfAbsent(key, step) == null) {
                table.put(key, step);
            }
            assertEquals(model.get(key), table.get(key));
            assertEquals(model.size(), table.size());
        }
        model.forEach((key, value) -> assertEquals(value, table.get(key)));
        final Set<Integer> visited = new HashSet<>();
        table.forEach(visited::add);
        assertEquals(new HashSet<>(model.values()), visited);
    }

    @Test
    void drawsKeysWithinItsRangeAndNeverOneThatIsTaken() {
        final RandomKeyTable<String> table = new RandomKeyTable<>(new Random(9), 2, 0xFF_FFFE);
        final Set<Integer> drawn = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            final int key = table.draw();
            assertTrue(key >= 2 && key <= 0xFF_FFFE, "key " + key);
            assertTrue(drawn.add(key), "key " + key + " was drawn before");
            table.put(key, "object");
        }
    }

    @Test
    void drawsFromAll32Bits() {
        final RandomKeyTable<String> table = new RandomKeyTable<>(new Random(10), 1, -1);
        int ones = 0;
        int zeros = 0;
        for (int i = 0; i < 1000; i++) {
            final int key = table.draw();
            ones |= key;
            zeros |= ~key;
        }
        assertEquals(-1, ones);
        assertEquals(-1, zeros);
    }

    @Test
    void refusesAKeyThatIsTaken() {
        final RandomKeyTable<String> table = new RandomKeyTable<>(new Random(11), 2, 0xFF_FFFE);
        table.put(1, "connection manager");

        assertThrows(IllegalStateException.class, () -> table.put(1, "another"));
        assertSame("connection manager", table.get(1));
        assertNull(table.get(0));
        assertNull(table.remove(0));
    }
}
