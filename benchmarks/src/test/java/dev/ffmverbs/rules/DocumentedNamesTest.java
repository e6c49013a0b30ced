// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for contributors name classes, methods, packages and files that exist. */
@Timeout(120)
class DocumentedNamesTest {

    private static final Pattern FENCE = Pattern.compile("(?m)^```.*?^```", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
    /** {@code Class}, {@code Class.member}, {@code Class.CONSTANT} or {@code Class.member(...)}. */
    private static final Pattern CLASS =
        Pattern.compile("([A-Z][a-z]\\w*)(?:\\.([a-z]\\w*|[A-Z][A-Z_0-9]+)(?:\\(.*\\))?)?");
    private static final Pattern PACKAGE = Pattern.compile("dev\\.ffmverbs(?:\\.[a-z]\\w*)*");
    private static final Pattern FILE = Pattern.compile("(\\.?[\\w.-]+(?:/[\\w.-]+)+)(?:\\s.*)?");

    private static PackageGraph graph;
    private static List<String> sourceFiles;

    @BeforeAll
    @Timeout(600)
    static void readTheProject() throws IOException {
        graph = PackageGraph.of(SourceModule.all());
        try (Stream<Path> files = Files.walk(SourceModule.project())) {
            sourceFiles = files.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".java"))
                .toList();
        }
    }

    private static String missing(final String code) {
        final Matcher named = CLASS.matcher(code);
        if (named.matches()) {
            return missingClass(named.group(1), named.group(2));
        }
        if (PACKAGE.matcher(code).matches()) {
            return graph.packages().stream().anyMatch(name -> (name + ".").startsWith(code + ".")) ? null
                : "there is no package " + code;
        }
        final Matcher file = FILE.matcher(code);
        return !file.matches() || Files.exists(SourceModule.project().resolve(file.group(1))) ? null
            : "there is no file " + file.group(1);
    }

    private static String missingClass(final String name, final String member) {
        final List<JavaClass> classes =
            graph.classes().stream().filter(each -> each.getSimpleName().equals(name)).toList();
        if (classes.isEmpty()) {
            return sourceFiles.contains(name + ".java") ? null : "there is no class " + name;
        }
        final boolean exists = member == null || classes.stream().flatMap(each -> each.getAllMembers().stream())
            .map(JavaMember::getName).anyMatch(member::equals);
        return exists ? null : "there is no " + name + "." + member;
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "README.md", "ffm-verbs/README.md", "ffm-verbs/NATIVE.md", "ffm-verbs/TASKS.md", "ccm/README.md",
        ".github/CONTRIBUTING.md"})
    void everyNameExists(final String page) throws IOException {
        final Path file = SourceModule.project().resolve(page);
        final String text = FENCE.matcher(Files.readString(file)).replaceAll("");
        final List<String> flaws = new ArrayList<>();
        for (final MatchResult code : CODE.matcher(text).results().toList()) {
            final String flaw = missing(code.group(1));
            if (flaw != null) {
                flaws.add(flaw);
            }
        }
        for (final MatchResult link : LINK.matcher(text).results().toList()) {
            if (!Files.exists(file.resolveSibling(link.group(1)))) {
                flaws.add("the link to " + link.group(1) + " leads nowhere");
            }
        }
        assertEquals("", flaws.stream().distinct().collect(Collectors.joining("\n")), page);
    }
}
