// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ffmverbs.ccm.command.OwnershipUses.Use;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnershipUsesTest {

    private static final int MANY = 10_000;

    @TempDir
    private Path folder;

    @Test
    void keepsTheFirstAndTheLastUseOfEachTerm() throws IOException {
        final Path file = folder.resolve("uses");
        try (OwnershipUses uses = OwnershipUses.create(file)) {
            assertEquals(List.of(), OwnershipUses.read("A", file));
            uses.add(7, 100);
            uses.add(7, 200);
            uses.add(9, 300);
            assertEquals(List.of(new Use("A", 7, 100, 200), new Use("A", 9, 300, 300)), OwnershipUses.read("A", file));
        }
        assertEquals(2, OwnershipUses.read("A", file).size(), "after the process has ended");
    }

    @Test
    void recordsAsManyTermsAsThereAre() throws IOException {
        final Path file = folder.resolve("uses");
        final List<Use> expected = new ArrayList<>();
        try (OwnershipUses uses = OwnershipUses.create(file)) {
            for (long term = 1; term <= MANY; term++) {
                uses.add(term, 10 * term);
                uses.add(term, 10 * term + 1);
                expected.add(new Use("A", term, 10 * term, 10 * term + 1));
            }
            assertEquals(expected, OwnershipUses.read("A", file));
        }
    }

    @Test
    void theJudgeAcceptsTermsOneAfterTheOther() {
        assertEquals(List.of(), OwnershipUses.judge(List.of(
            new Use("B", 2, 201, 300), new Use("A", 1, 100, 200), new Use("A", 5, 301, 301))));
    }

    @Test
    void theJudgeFindsALowerTermUsedAfterAHigherOne() {
        final List<String> wrong =
            OwnershipUses.judge(List.of(new Use("A", 1, 100, 202), new Use("B", 2, 201, 300)));
        assertEquals(1, wrong.size());
        assertTrue(wrong.getFirst().startsWith("term 1 was used 1 ns after the first use of term 2"), wrong.getFirst());
    }

    @Test
    void theJudgeFindsATermThatTwoOwned() {
        final List<String> wrong =
            OwnershipUses.judge(List.of(new Use("A", 3, 100, 110), new Use("B", 3, 201, 300)));
        assertEquals(1, wrong.size());
        assertTrue(wrong.getFirst().startsWith("term 3 was owned twice"), wrong.getFirst());
    }
}
