// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** The table of required behaviours in {@code ccm/README.md} is complete and names tests that exist. */
class BehaviourTableTest {

    private static final int BEHAVIOURS = 35;
    private static final Pattern ROW = Pattern.compile("\\| ([0-9, ]+) \\| [^|]+ \\| ([^|]+) \\|");
    private static final Pattern TEST = Pattern.compile("`(\\w+)\\.(\\w+)`");
    private static final Pattern NUMBERS = Pattern.compile("row(\\d\\d(?:And\\d\\d)*)");
    private static final List<String> PACKAGES = List.of("dev.ffmverbs.ccm.", "dev.ffmverbs.ccm.command.");

    /** Returns a file of the sources below {@code ccm}. Skips the test where there are no sources. */
    private static Path source(final String name) {
        final Path source = Stream.of(Path.of("ccm"), Path.of("..")).map(folder -> folder.resolve(name))
            .filter(path -> Files.exists(path) && path.toAbsolutePath().normalize().endsWith(Path.of("ccm", name)))
            .findFirst().orElse(null);
        Assumptions.assumeTrue(source != null, "there is no ccm/" + name + " here: run in the sources");
        return source;
    }

    private static List<MatchResult> rows() throws IOException {
        return Files.readAllLines(source("README.md")).stream().map(ROW::matcher).filter(Matcher::matches)
            .map(Matcher::toMatchResult).toList();
    }

    private static Set<Integer> numbers(final String text, final String separator) {
        return Stream.of(text.split(separator)).map(Integer::valueOf).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Class<?> testClass(final String simpleName) {
        for (final String prefix : PACKAGES) {
            try {
                return Class.forName(prefix + simpleName);
            } catch (final ClassNotFoundException e) {
                continue;
            }
        }
        throw new AssertionError("there is no test class " + simpleName);
    }

    @Test
    void everyBehaviourHasARowAndNoneTwo() throws IOException {
        final List<Integer> all = rows().stream().flatMap(row -> numbers(row.group(1), ", ").stream()).toList();

        assertEquals(IntStream.rangeClosed(1, BEHAVIOURS).boxed().toList(), all.stream().sorted().toList());
    }

    @Test
    void everyTestNamedExistsAndCarriesTheNumbersOfItsRow() throws IOException {
        for (final MatchResult row : rows()) {
            final List<MatchResult> tests = TEST.matcher(row.group(2)).results().toList();
            assertTrue(!tests.isEmpty(), "row " + row.group(1) + " names no test");
            for (final MatchResult test : tests) {
                final List<Method> methods = Stream.of(testClass(test.group(1)).getDeclaredMethods())
                    .filter(method -> method.getName().equals(test.group(2))).toList();
                assertEquals(1, methods.size(), test.group() + " does not exist");
                assertTrue(methods.getFirst().isAnnotationPresent(Test.class)
                    || methods.getFirst().isAnnotationPresent(ParameterizedTest.class), test.group() + " is no test");
                final Matcher carried = NUMBERS.matcher(test.group(2));
                assertTrue(carried.lookingAt(), test.group());
                assertTrue(numbers(row.group(1), ", ").containsAll(numbers(carried.group(1), "And")),
                    test.group() + " is in row " + row.group(1));
            }
            final Set<Integer> covered = new TreeSet<>();
            tests.forEach(test -> {
                final Matcher carried = NUMBERS.matcher(test.group(2));
                assertTrue(carried.lookingAt(), test.group());
                covered.addAll(numbers(carried.group(1), "And"));
            });
            assertEquals(numbers(row.group(1), ", "), covered, "numbers covered in row " + row.group(1));
        }
    }

    @Test
    void everyBehaviourIsTestedWithTheNodesOnTwoMachinesAsWell() {
        final Set<Integer> covered = new TreeSet<>();
        for (final String test : List.of("TwoMachinesHandshakeTest", "TwoMachinesExchangeTest",
            "TwoMachinesProgramTest")) {
            for (final Method method : testClass(test).getDeclaredMethods()) {
                final Matcher carried = NUMBERS.matcher(method.getName());
                if (carried.lookingAt()) {
                    covered.addAll(numbers(carried.group(1), "And"));
                }
            }
        }
        assertEquals(IntStream.rangeClosed(1, BEHAVIOURS).boxed().toList(), List.copyOf(covered));
    }

    @Test
    void theExampleIsWhatTheCompilerSees() throws IOException {
        final String readme = Files.readString(source("README.md"));
        final int begin = readme.indexOf("```java") + "```java".length();
        final String example = unindented(readme.substring(begin, readme.indexOf("```", begin)));
        final String compiled =
            unindented(Files.readString(source("command/src/test/java/dev/ffmverbs/ccm/command/ReadmeExample.java")));

        assertTrue(compiled.contains(example), "the example of README.md is not in ReadmeExample.java");
    }

    private static String unindented(final String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }

    @Test
    void everyNumberedTestIsInTheTable() throws IOException {
        final List<String> named = new ArrayList<>();
        for (final MatchResult row : rows()) {
            TEST.matcher(row.group(2)).results().forEach(test -> named.add(test.group(2)));
        }
        for (final String test : List.of("HandshakeBehavioursTest", "ExchangeBehavioursTest",
            "ProgramBehavioursTest")) {
            for (final Method method : testClass(test).getDeclaredMethods()) {
                assertTrue(!NUMBERS.matcher(method.getName()).lookingAt() || named.contains(method.getName()),
                    method.getName() + " is not in the table");
            }
        }
    }
}
