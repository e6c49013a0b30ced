// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.ccm.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** The paths in {@code ccm/README.md} name methods that exist. */
class ArchitecturePageTest {

    private static final String BEGIN = "## How it is built";
    private static final String END = "\n## ";
    private static final Pattern METHOD = Pattern.compile("`([A-Z]\\w+)\\.(\\w+)`");
    private static final int FEWEST_METHODS = 30;
    private static final List<String> PACKAGES = List.of("dev.ffmverbs.ccm.", "dev.ffmverbs.ccm.command.",
        "dev.ffmverbs.ccm.value.", "dev.ffmverbs.ccm.internal.handshake.", "dev.ffmverbs.ccm.internal.link.",
        "dev.ffmverbs.ccm.internal.liveness.", "dev.ffmverbs.ccm.internal.memory.", "dev.ffmverbs.ccm.internal.thread.",
        "dev.ffmverbs.ccm.internal.trust.", "dev.ffmverbs.", "dev.ffmverbs.cm.");

    private static String page() throws IOException {
        final Optional<Path> readme = Stream.of("README.md", "../README.md", "ccm/README.md").map(Path::of)
            .filter(path -> path.toAbsolutePath().normalize().endsWith(Path.of("ccm", "README.md")))
            .filter(Files::exists).findFirst();
        Assumptions.assumeTrue(readme.isPresent(), "there is no ccm/README.md here: run in the sources");
        final String text = Files.readString(readme.orElseThrow());
        final int begin = text.indexOf(BEGIN);
        return text.substring(begin, text.indexOf(END, begin));
    }

    private static List<Class<?>> typesNamed(final String simpleName) {
        return PACKAGES.stream().flatMap(prefix -> {
            try {
                return Stream.<Class<?>>of(Class.forName(prefix + simpleName, false,
                    ArchitecturePageTest.class.getClassLoader()));
            } catch (final ClassNotFoundException e) {
                return Stream.empty();
            }
        }).toList();
    }

    @Test
    void everyMethodThatThePathsNameExists() throws IOException {
        final List<MatchResult> named = METHOD.matcher(page()).results().toList();
        for (final MatchResult name : named) {
            assertTrue(typesNamed(name.group(1)).stream().flatMap(type -> Stream.of(type.getDeclaredMethods()))
                .map(Method::getName).anyMatch(name.group(2)::equals), () -> name.group() + " does not exist");
        }
        assertTrue(named.size() >= FEWEST_METHODS, () -> "only " + named.size() + " methods are named");
    }

    @Test
    void everyTypeInThePictureExists() throws IOException {
        final String page = page();
        final String picture = page.substring(page.indexOf("```") + 3, page.lastIndexOf("```"));
        final List<String> unknown = Pattern.compile("\\b[A-Z][a-z]+(?:[A-Z][a-z]+)+\\b").matcher(picture).results()
            .map(MatchResult::group).filter(name -> typesNamed(name).isEmpty()).toList();

        assertEquals(List.of(), unknown);
    }
}
