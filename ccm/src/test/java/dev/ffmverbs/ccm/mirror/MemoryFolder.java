// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.mirror;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A temporary folder on a memory file system. Registered as an extension, it gives each test a new one. */
public final class MemoryFolder implements BeforeEachCallback, AfterEachCallback {

    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    private Path folder;

    /** Creates no folder yet. */
    public MemoryFolder() {
        // beforeEach creates the folder.
    }

    @Override
    public void beforeEach(final ExtensionContext test) throws IOException {
        folder = create();
    }

    @Override
    public void afterEach(final ExtensionContext test) throws IOException {
        remove(folder);
    }

    /** Returns the path of a file in the folder of the present test. */
    Path resolve(final String fileName) {
        return folder.resolve(fileName);
    }

    /** Creates a folder. Skips the test if this machine has no memory file system there. */
    public static Path create() throws IOException {
        Assumptions.assumeTrue(Files.isWritable(SHARED_MEMORY), SHARED_MEMORY + " is not there or not writable");
        Assumptions.assumeTrue("tmpfs".equals(Files.getFileStore(SHARED_MEMORY).type()), SHARED_MEMORY + " is a disk");
        return Files.createTempDirectory(SHARED_MEMORY, "ffm-verbs-test");
    }

    /** Removes a folder and the files in it. */
    public static void remove(final Path folder) throws IOException {
        if (folder == null) {
            return;
        }
        final List<Path> files;
        try (Stream<Path> listed = Files.list(folder)) {
            files = listed.toList();
        }
        for (final Path file : files) {
            Files.delete(file);
        }
        Files.delete(folder);
    }
}
