// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.ccm.command.LauncherProject.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests {@code ccm/bin/ccm}: which Java it uses, what it builds, and its class cache. */
@Timeout(300)
class LauncherTest {

    private static final String JAVA_HOME = System.getProperty("java.home");
    private static final Map<String, String> USUAL = Map.of("JAVA_HOME", JAVA_HOME);
    private static final int UNAVAILABLE = 69;

    private LauncherProject project;
    private String version;

    @BeforeAll
    static void requireTimeThatIsNotEmulated() {
        assumeTrue(System.getenv("LAB_GUEST") == null, "many JVMs start here, and the ordinary build has seen to it");
    }

    @BeforeEach
    void makeProject(@TempDir final Path folder) throws IOException {
        project = new LauncherProject(folder);
        version = String.join("\n", CcmCommand.commandLine().getCommandSpec().version()) + "\n";
    }

    private void assertRuns(final Map<String, String> variables) throws IOException, InterruptedException {
        assertEquals(new Outcome(0, version, ""), project.run(variables, "--version"));
    }

    /** Makes the launcher believe that no cache can be created, in tests that are not about the cache. */
    private void buildWithoutCache() throws IOException {
        project.build();
        Files.createDirectory(project.path(LauncherProject.TARGET + "/start.lock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"--help", "-h", "help", "", "demo --help", "node -h", "help status"})
    void showsHelpWithoutABuildAndWithoutJava(final String line) throws IOException, InterruptedException {
        final Outcome outcome = project.run(Map.of(), line.isEmpty() ? new String[0] : line.split(" "));

        assertEquals("", outcome.errors());
        assertEquals(0, outcome.status());
        final String topic = line.contains("demo") ? " demo" : line.contains("node") ? " node"
            : line.contains("status") ? " status" : "";
        assertTrue(outcome.output().startsWith("Usage: ccm" + topic + " ["), outcome.output());
    }

    @Test
    void showsHelpWithoutABuildIfASourceHasChanged() throws IOException, InterruptedException {
        project.build();
        final Path source = Files.createDirectories(project.path("ccm/src/main")).resolve("Changed.java");
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

        final Outcome outcome = project.run(Map.of(), "demo", "--help");

        assertEquals("", outcome.errors());
        assertTrue(outcome.output().startsWith("Usage: ccm demo ["), outcome.output());
    }

    @Test
    void makesACacheOnceAndStartsFromIt() throws IOException, InterruptedException {
        project.build();
        final Outcome first = project.run(USUAL, "--version");

        assertEquals(0, first.status(), first.errors());
        assertEquals(version, first.output());
        assertTrue(first.errors().contains("once"), first.errors());
        assertTrue(Files.size(project.cache()) > 0, project.cacheLog());
        final FileTime made = Files.getLastModifiedTime(project.cache());
        assertRuns(USUAL);
        assertEquals(made, Files.getLastModifiedTime(project.cache()));
    }

    @Test
    void worksWithoutACacheThatCannotBeUsed() throws IOException, InterruptedException {
        project.build();
        project.run(USUAL, "--version");
        final byte[] good = Files.readAllBytes(project.cache());
        assertTrue(good.length > 0, project.cacheLog());
        final byte[] foreign = good.clone();
        // The header names the JVM that wrote it.
        for (int i = 0; i < 4096; i++) {
            if (foreign[i] == '2' && foreign[i + 1] == '5') {
                foreign[i] = '9';
            }
        }
        for (final int length : new int[] {good.length - 1, good.length / 2, 100, 0}) {
            Files.write(project.cache(), Arrays.copyOf(good, length));
            assertRuns(USUAL);
        }
        Files.write(project.cache(), foreign);
        assertRuns(USUAL);
        Files.writeString(project.cache(), "no cache at all\n");
        assertRuns(USUAL);
    }

    @Test
    void worksWithoutACacheThatCannotBeCreated() throws IOException, InterruptedException {
        buildWithoutCache();
        assertRuns(USUAL);
    }

    @Test
    void runsInAFolderWithUmlautsAlsoIfTheLocaleHasNone() throws IOException, InterruptedException {
        assumeTrue(LauncherProject.isUnicode(), "the locale of this JVM has no umlauts");
        buildWithoutCache();
        assertRuns(Map.of("JAVA_HOME", JAVA_HOME, "LC_ALL", "C"));
        assertRuns(Map.of("JAVA_HOME", JAVA_HOME, "LC_ALL", "", "LANG", ""));
    }

    @Test
    void tellsTwoJavasOfOneVersionApart() throws IOException, InterruptedException {
        buildWithoutCache();
        final Path other = Files.createDirectories(project.path("another jdk/lib")).getParent();
        Files.createSymbolicLink(other.resolve("lib/jvm.cfg"), Path.of(JAVA_HOME, "lib", "jvm.cfg"));
        LauncherProject.script(other.resolve("bin/java"), "echo other >>'" + project.path("asked") + "'",
            "[[ $* != *XshowSettings* ]] || { echo '    java.home = " + other + "'",
            "echo '    java.runtime.version = " + System.getProperty("java.runtime.version") + "'; exit; }",
            "exec '" + JAVA_HOME + "/bin/java' \"$@\"");
        assertRuns(USUAL);
        assertFalse(Files.exists(project.path("asked")));
        assertRuns(Map.of("JAVA_HOME", other.toString()));
        assertRuns(USUAL);
        assertRuns(Map.of("JAVA_HOME", other.toString()));

        assertEquals(3, Files.readAllLines(project.path("asked")).size(), "asked once, started twice");
        assertEquals(2, Files.readAllLines(project.path("ccm/target/java-answers")).size());
    }

    @Test
    void twoWhoStartAtTheSameTimeMakeOneCache() throws IOException, InterruptedException {
        project.build();
        final List<Outcome> outcomes = runTwice(USUAL);

        assertEquals(List.of(version, version), outcomes.stream().map(Outcome::output).toList(), outcomes.toString());
        assertEquals(1, outcomes.stream().filter(outcome -> outcome.errors().contains("once")).count(),
            outcomes.toString());
        assertTrue(Files.size(project.cache()) > 0);
    }

    private List<Outcome> runTwice(final Map<String, String> variables) throws IOException, InterruptedException {
        final List<Process> processes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            processes.add(project.start(variables, project.path("run" + i), "--version"));
        }
        final List<Outcome> outcomes = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            outcomes.add(LauncherProject.await(processes.get(i), project.path("run" + i)));
        }
        return outcomes;
    }

    @Test
    void asksAShimWhichJavaItIs() throws IOException, InterruptedException {
        buildWithoutCache();
        final Path asked = project.path("asked");
        final String[] shim = {"echo \"$*\" >>'" + asked + "'", "exec '" + JAVA_HOME + "/bin/java' \"$@\""};
        project.tool("java", shim);
        assertRuns(Map.of());
        final Path home = project.path("home");
        LauncherProject.script(home.resolve("bin/java"), shim);
        assertRuns(Map.of("JAVA_HOME", home.toString()));

        assertEquals(2, Files.readAllLines(asked).size(), Files.readString(asked));
    }

    @Test
    void takesALinkToAJavaForWhatItPointsTo() throws IOException, InterruptedException {
        buildWithoutCache();
        Files.createSymbolicLink(project.path("tools/java"), Path.of(JAVA_HOME, "bin", "java"));
        assertRuns(Map.of());
        assertRuns(Map.of());
        assertEquals(1, Files.readAllLines(project.path("ccm/target/java-answers")).size());
        Files.delete(project.path("tools/java"));
    }

    @Test
    void saysWhatIsWrongWithJavaHomeAndTakesAnother() throws IOException, InterruptedException {
        buildWithoutCache();
        Files.createSymbolicLink(project.path("tools/java"), Path.of(JAVA_HOME, "bin", "java"));
        final Path old = project.path("old");
        LauncherProject.script(old.resolve("bin/java"), "echo '    java.runtime.version = 17.0.1+12' >&2");
        final Path mute = project.path("mute");
        LauncherProject.script(mute.resolve("bin/java"), "echo 'no version is set' >&2", "exit 1");
        assertSaysOfJavaHome(old, "Java 17.0.1+12, and 22 or newer is needed");
        assertSaysOfJavaHome(mute, "it does not say which Java it is");
        assertSaysOfJavaHome(project.path("nothing"), "there is no program bin/java");
        Files.delete(project.path("tools/java"));
    }

    private void assertSaysOfJavaHome(final Path home, final String what) throws IOException, InterruptedException {
        final Outcome outcome = project.run(Map.of("JAVA_HOME", home.toString()), "--version");
        assertEquals(version, outcome.output(), outcome.errors());
        assertTrue(outcome.errors().startsWith("ccm: JAVA_HOME, " + home + ": " + what + "; using "), outcome.errors());
    }

    @Test
    void listsWhatItFoundWhenNoJavaIsNewEnough() throws IOException, InterruptedException {
        buildWithoutCache();
        final Path finder = project.path("ccm/bin/java.sh");
        Files.writeString(finder, Files.readString(finder).replace("/usr/lib/jvm/*", "/nowhere/*"));
        final Path old = project.tool("java", "echo '    java.runtime.version = 17.0.1+12'");
        final Outcome outcome = project.run(Map.of("JAVA_HOME", "/nowhere"), "--version");

        assertEquals(UNAVAILABLE, outcome.status());
        assertTrue(outcome.errors().startsWith("ccm: no JDK 22 or newer in JAVA_HOME, on PATH"), outcome.errors());
        assertTrue(outcome.errors().contains("JAVA_HOME, /nowhere: there is no program bin/java\n"), outcome.errors());
        assertTrue(outcome.errors().contains(old + ": Java 17.0.1+12, and 22 or newer is needed\n"), outcome.errors());
    }

    @Test
    void twoWhoStartAtTheSameTimeBuildOnce() throws IOException, InterruptedException {
        pretendMaven();
        final List<Outcome> outcomes = runTwice(USUAL);

        assertEquals(List.of(version, version), outcomes.stream().map(Outcome::output).toList(), outcomes.toString());
        assertEquals(1, Files.readAllLines(project.path("builds")).size());
        assertTrue(outcomes.stream().anyMatch(outcome ->
            outcome.errors().contains("ccm: building ffm-verbs ccm ccm/command; this takes about a minute\n")
                && outcome.errors().contains("s: ccm, compile\n")), outcomes.toString());
        assertFalse(outcomes.toString().contains("\u001b"), outcomes.toString());
    }

    /** A Maven that takes a while, colours its output, and leaves what a build leaves. */
    private void pretendMaven() throws IOException {
        project.tool("mvn", "echo \"$*\" >>'" + project.path("builds") + "'",
            "printf '\\e[0m[INFO] --- maven-compiler-plugin:3.14.0:compile (default-compile) @ ccm ---\\n'",
            "printf '[INFO] --- maven-compiler-plugin:3.14.0:compile (default-compile) @ ccm ---\\n'", "sleep 1.5",
            "mkdir -p " + LauncherProject.TARGET + "/start.lock",
            "cp '" + project.prepareJars() + "'/* " + LauncherProject.TARGET);
    }

    @Test
    void buildsAgainWhenASourceIsNewer() throws IOException, InterruptedException {
        pretendMaven();
        project.run(USUAL, "--version");
        assertRuns(USUAL);
        final Path source = Files.writeString(project.path("ccm/command/src/main/Source.java"), "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now()));
        project.run(USUAL, "--version");
        assertRuns(USUAL);
        assertEquals(2, Files.readAllLines(project.path("builds")).size());
    }

    @Test
    void showsMavensErrors() throws IOException, InterruptedException {
        project.tool("mvn", "echo '[INFO] much ado'", "printf '[ERROR] \\e[31mno such plugin\\e[0m\\n'", "exit 1");
        final Outcome outcome = project.run(USUAL, "--version");

        assertEquals(UNAVAILABLE, outcome.status());
        assertTrue(outcome.errors().endsWith("It ended with:\n[ERROR] no such plugin\n"), outcome.errors());
    }

    @Test
    void saysThatTheNetworkIsNeeded() throws IOException, InterruptedException {
        project.tool("mvn", "echo '[ERROR] repo.maven.apache.org: Unknown host repo.maven.apache.org'", "exit 1");
        final Outcome outcome = project.run(USUAL, "--version");

        assertEquals(UNAVAILABLE, outcome.status());
        assertTrue(outcome.errors().endsWith(
            "ccm: the network is needed once, for what is not in Maven's local repository yet\n"), outcome.errors());
    }

    @Test
    void saysThatMavenIsMissing() throws IOException, InterruptedException {
        final Outcome outcome = project.run(USUAL, "--version");

        assertEquals(UNAVAILABLE, outcome.status());
        assertEquals(
            "ccm: ccm/command is not built, and no mvn is on PATH to build it: install maven\n", outcome.errors());
    }

    @Test
    void buildsNothingInAGuestOfTheLab() throws IOException, InterruptedException {
        pretendMaven();
        final Outcome outcome = project.run(Map.of("JAVA_HOME", JAVA_HOME, "LAB_GUEST", "1"), "demo");

        assertEquals(UNAVAILABLE, outcome.status());
        assertEquals(1, outcome.errors().lines().count(), outcome.errors());
        assertTrue(outcome.errors().contains("not built"), outcome.errors());
        assertFalse(Files.exists(project.path("builds")));
    }
}
