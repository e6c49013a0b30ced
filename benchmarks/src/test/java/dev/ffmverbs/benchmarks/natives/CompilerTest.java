// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CompilerTest {

    @TempDir
    private Path folder;

    @Test
    void saysWhatToInstallWhereThereIsNoCompiler() throws IOException {
        final NativeCode natives = NativeCode.build(folder, new Compiler("no-such-compiler"));

        final String reason = natives.stub().failure().orElseThrow();
        assertTrue(reason.contains("no C compiler named no-such-compiler"), reason);
        assertTrue(reason.contains("apt-get install gcc"), reason);
        assertEquals("none", natives.compilerVersion());
    }

    @Test
    void saysWhatToInstallWhereTheHeadersAreMissing() throws IOException {
        final Path compiler = Files.writeString(folder.resolve("cc"), """
            #!/bin/sh
            echo "stub_verbs.c:15:10: fatal error: infiniband/verbs.h: No such file or directory"
            exit 1
            """);
        assertTrue(compiler.toFile().setExecutable(true));

        final String reason = new Compiler(compiler.toString()).run(List.of()).orElseThrow();

        assertTrue(reason.contains("the headers of libibverbs are missing"), reason);
        assertTrue(reason.contains("libibverbs-dev"), reason);
    }

    @Test
    void buildsStubLibraryAndReference() throws IOException {
        final NativeCode natives = NativeCode.build(folder, new Compiler());
        final String reason = natives.reference().failure().orElse("");
        assumeTrue(!reason.contains("install it"), reason);

        assertFalse(natives.stub().failure().isPresent(), natives.stub()::toString);
        assertFalse(natives.jni().failure().isPresent(), natives.jni()::toString);
        assertTrue(Files.isExecutable(natives.reference().file()), natives.reference()::toString);
    }
}
