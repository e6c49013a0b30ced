// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules that the packages state about their dependencies, checked in the sources. */
@Timeout(60)
class PackageRulesTest {

    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final String ROOT = "dev.ffmverbs.benchmarks.";
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"", Pattern.DOTALL);
    private static final Pattern PACKAGE = Pattern.compile("^package ([\\w.]+);", Pattern.MULTILINE);
    private static final Pattern QUALIFIED = Pattern.compile("\\b((?:[a-z]\\w*\\.)+)[A-Z]\\w*");

    /** What each package may use of the others. A package that is not listed fails. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
        Map.entry("statistics", Set.of()),
        Map.entry("process", Set.of()),
        Map.entry("natives", Set.of("process")),
        Map.entry("device", Set.of()),
        Map.entry("sampling", Set.of("statistics")),
        Map.entry("result", Set.of("sampling", "statistics")),
        Map.entry("jucx", Set.of("process")),
        Map.entry("binding", Set.of("device", "jucx", "process", "result")),
        Map.entry("rigs.latency", Set.of("device", "process", "sampling", "statistics")),
        Map.entry("rigs.cluster", Set.of("device", "sampling")),
        Map.entry("rigs.soft", Set.of("device", "jucx", "natives", "process", "result", "statistics")),
        Map.entry("rigs.beats", Set.of("process", "rigs.soft", "statistics")),
        Map.entry("rigs.scale", Set.of("process", "result", "statistics")),
        Map.entry("worker", Set.of("binding", "device", "rigs.cluster", "sampling")),
        Map.entry("jmh", Set.of("device")),
        Map.entry("report", Set.of("device", "result", "statistics")),
        Map.entry("harness", Set.of("binding", "device", "natives", "process", "result", "rigs.cluster", "sampling",
            "statistics", "worker")),
        Map.entry("command", Set.of("device", "harness", "jmh", "jucx", "report", "result", "rigs.beats",
            "rigs.latency", "rigs.scale", "rigs.soft")));

    /** Libraries and modules, by the prefix of their packages, and the only packages that may use them. */
    private static final Map<String, Set<String>> USED_BY = Map.of(
        "org.openucx.", Set.of("jucx"),
        "io.aeron.", Set.of("rigs.soft"),
        "com.ibm.disni.", Set.of("binding"),
        "picocli.", Set.of("command"),
        "org.openjdk.jmh.", Set.of("jmh"),
        "com.fasterxml.jackson.", Set.of("report", "result", "rigs.beats"),
        "org.HdrHistogram.", Set.of("harness", "result", "rigs.latency", "statistics"),
        "dev.ffmverbs.ccm.", Set.of("rigs.cluster", "rigs.scale"),
        "dev.ffmverbs.ccm.internal.", Set.of("rigs.cluster"),
        "dev.ffmverbs.", Set.of("binding", "command", "device", "jmh", "rigs.cluster", "rigs.latency", "rigs.scale",
            "rigs.soft"));

    private static final Map<String, Set<String>> USES = new TreeMap<>();
    private static final Map<String, String> CODE = new TreeMap<>();

    @BeforeAll
    static void readSources() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (final Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                final String code = COMMENT.matcher(TEXT.matcher(Files.readString(file)).replaceAll("\"\""))
                    .replaceAll("");
                final String own = PACKAGE.matcher(code).results().findFirst().orElseThrow().group(1) + ".";
                final Set<String> used = USES.computeIfAbsent(own, key -> new TreeSet<>());
                QUALIFIED.matcher(code).results().map(found -> found.group(1)).forEach(used::add);
                used.remove(own);
                CODE.put(file.getFileName().toString(), code);
            }
        }
        USES.remove(ROOT);
    }

    private static String name(final String qualified) {
        return qualified.substring(ROOT.length(), qualified.length() - 1);
    }

    private static Set<String> ownUses(final String qualified) {
        return USES.get(qualified).stream().filter(used -> used.startsWith(ROOT)).map(PackageRulesTest::name)
            .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void packagesUseOnlyWhatTheyStateThatTheyUse() {
        final List<String> violations = new ArrayList<>();
        USES.keySet().forEach(own -> {
            final Set<String> wrong = ownUses(own);
            wrong.removeAll(MAY_USE.getOrDefault(name(own), Set.of()));
            wrong.forEach(used -> violations.add(name(own) + " uses " + used));
        });

        assertEquals(List.of(), violations);
        assertEquals(MAY_USE.keySet(), USES.keySet().stream().map(PackageRulesTest::name).collect(Collectors.toSet()),
            "every package has its rule");
    }

    @Test
    void librariesAreKnownOnlyWhereThePackagesStateIt() {
        final List<String> violations = new ArrayList<>();
        USES.forEach((own, all) -> all.stream().filter(used -> !used.startsWith(ROOT)).forEach(used ->
            USED_BY.keySet().stream().filter(used::startsWith).max((a, b) -> a.length() - b.length())
                .filter(library -> !USED_BY.get(library).contains(name(own)))
                .ifPresent(library -> violations.add(name(own) + " uses " + used))));

        assertEquals(List.of(), violations);
    }

    @Test
    void thePackageGraphHasNoCircles() {
        USES.keySet().forEach(own -> findCircle(name(own), new ArrayDeque<>()));
    }

    private static void findCircle(final String name, final Deque<String> way) {
        if (way.contains(name)) {
            fail("a cycle of packages: " + way + " -> " + name);
        }
        way.addLast(name);
        ownUses(ROOT + name + ".").forEach(used -> findCircle(used, way));
        way.removeLast();
    }

    @Test
    void queuePairsAreCreatedByEndpointsAlone() {
        final Set<String> creators = CODE.entrySet().stream()
            .filter(file -> file.getValue().contains(".createQueuePair(")).map(Map.Entry::getKey)
            .collect(Collectors.toSet());

        assertEquals(Set.of("Endpoint.java"), creators);
    }

    /** Otherwise processes would outlive a command that is killed. */
    @Test
    void processesAreStartedWithAGuardAlone() {
        final Pattern starts = Pattern.compile("\\.start\\(\\)|Runtime\\.getRuntime\\(\\)\\.exec|startPipeline");
        final Set<String> starters = CODE.entrySet().stream()
            .filter(file -> file.getValue().contains("ProcessBuilder") && starts.matcher(file.getValue()).find())
            .map(Map.Entry::getKey).collect(Collectors.toSet());

        assertEquals(Set.of("GuardedProcess.java"), starters);
    }

    @Test
    void everyPackageStatesWhatItDependsOn() throws IOException {
        try (Stream<Path> folders = Files.walk(SOURCES)) {
            for (final Path folder : folders.filter(Files::isDirectory).toList()) {
                final boolean hasClasses = Arrays.stream(folder.toFile().list())
                    .anyMatch(file -> file.endsWith(".java") && !file.equals("package-info.java"));
                if (hasClasses) {
                    final String page = Files.readString(folder.resolve("package-info.java"));
                    assertTrue(page.contains("Depends on ") || page.contains("It may use "), page);
                }
            }
        }
    }

    @Test
    void theCommandLineIsStartedByNobodyInside() {
        final List<MatchResult> mentions = CODE.entrySet().stream()
            .filter(file -> !file.getKey().equals("BenchCommand.java"))
            .flatMap(file -> Pattern.compile("\\bBenchCommand\\b").matcher(file.getValue()).results()).toList();

        assertEquals(0, mentions.size());
    }
}
