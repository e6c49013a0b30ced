// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.sampling;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SampleFileTest {

    @TempDir
    private Path folder;

    @Test
    void keepsWhatWasMeasuredOfEveryOperation() throws IOException {
        final Path file = folder.resolve("samples");
        SampleFile.append(file, new Samples("first", 1000, List.of(2.5, 1.5), 0, 0, 16, new long[] {7, 5}));
        SampleFile.append(file, new Samples("second", 1, List.of(), 3, 2, 0, new long[] {9, 8, 7}));

        final List<Samples> read = SampleFile.read(file);

        assertEquals(List.of("first", "second"), read.stream().map(Samples::operation).toList());
        assertEquals(List.of(2.5, 1.5), read.get(0).warmUpMediansNs());
        assertEquals(16, read.get(0).allocatedBytes());
        assertEquals(3, read.get(1).expected());
        assertEquals(2, read.get(1).completed());
        assertArrayEquals(new long[] {9, 8, 7}, read.get(1).timesNs());
    }

    @Test
    void refusesAFileThatEndsInTheMiddleOfAnOperation() throws IOException {
        final Path file = folder.resolve("samples");
        SampleFile.append(file, new Samples("first", 1, List.of(), 0, 0, 0, new long[] {7, 5}));
        Files.writeString(file, Files.readString(file).replace("5\n", ""));

        final IOException failure = assertThrows(IOException.class, () -> SampleFile.read(file));

        assertTrue(failure.getMessage().contains("ends after 1 of 2 samples of first"), failure::getMessage);
    }

    @Test
    void saysWhatItFoundInAFileOfAnotherKind() throws IOException {
        final Path file = Files.writeString(folder.resolve("other"), "hello\n");

        final IOException failure = assertThrows(IOException.class, () -> SampleFile.read(file));

        assertTrue(failure.getMessage().contains("'hello' where 'operation'"), failure::getMessage);
    }
}
