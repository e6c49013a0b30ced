// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scripts compile tests again exactly if something has changed since. */
class FreshTestsTest {

    private static final Instant LONG_AGO = Instant.parse("2026-01-01T00:00:00Z");

    private LauncherProject project;

    @BeforeEach
    void compile(@TempDir final Path folder) throws IOException {
        project = new LauncherProject(folder);
        write("ffm-verbs/pom.xml", 0);
        write("ffm-verbs/src/test/java/OneTest.java", 0);
        write("ffm-verbs/src/main/java/One.java", 0);
        write("ffm-verbs/target/test.classpath", 1);
        write("ffm-verbs/target/test-classes/OneTest.class", 1);
        write("ffm-verbs/target/test-classes/TwoTest.class", 2);
        for (final String folderOfSources : new String[] {"test/java", "test", "main/java", "main", ""}) {
            date(project.path("ffm-verbs/src/" + folderOfSources), 0);
        }
        date(project.path("pom.xml"), 0);
    }

    private Path write(final String name, final int hours) throws IOException {
        final Path file = project.path(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name);
        date(file, hours);
        return file;
    }

    private static void date(final Path file, final int hours) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(LONG_AGO.plusSeconds(TimeUnit.HOURS.toSeconds(hours))));
    }

    private void assertFresh(final boolean expected) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder("bash", "-euo", "pipefail", "-c",
            "source \"$0\"; if tests_are_fresh ffm-verbs; then echo fresh; else echo stale; fi",
            project.path("ccm/bin/build.sh").toString()).redirectErrorStream(true).start();
        final String output = new String(process.getInputStream().readAllBytes());
        assertEquals(0, process.waitFor(), output);
        assertEquals(expected ? "fresh\n" : "stale\n", output);
    }

    @Test
    void nothingIsCompiledAgainIfNothingHasChanged() throws IOException, InterruptedException {
        assertFresh(true);
    }

    @Test
    void aSourceThatIsNewerThanTheOldestClassIsCompiled() throws IOException, InterruptedException {
        write("ffm-verbs/src/main/java/One.java", 2);

        assertFresh(false);
    }

    @Test
    void aTestThatIsRemovedIsNotKept() throws IOException, InterruptedException {
        Files.delete(project.path("ffm-verbs/src/test/java/OneTest.java"));

        assertFresh(false);
    }

    @Test
    void anotherPomCountsAsAChange() throws IOException, InterruptedException {
        date(project.path("pom.xml"), 3);

        assertFresh(false);
    }

    @Test
    void whatWasNeverCompiledIsStale() throws IOException, InterruptedException {
        Files.delete(project.path("ffm-verbs/target/test-classes/OneTest.class"));
        Files.delete(project.path("ffm-verbs/target/test-classes/TwoTest.class"));
        assertFresh(false);

        Files.delete(project.path("ffm-verbs/target/test.classpath"));
        assertFresh(false);
    }

    @Test
    void aBuildWithoutTestsKeepsTheirClassPath() throws IOException {
        final String pom = Files.readString(LauncherProject.SCRIPTS.resolve("../../pom.xml"));
        final int start = pom.indexOf("<id>test-class-path</id>");
        final String execution = pom.substring(start, pom.indexOf("</execution>", start));

        assertTrue(execution.contains("<skip>${maven.test.skip}</skip>"), execution);
    }
}
