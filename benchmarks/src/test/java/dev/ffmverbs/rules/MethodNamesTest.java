// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No method is named by a bare participle: {@code failed()} does not say whether it asks, reports or handles a failure.
 *
 * <p>A command is a verb ({@code markReady}), a query a noun or a predicate ({@code isSuccess}). The rule holds for
 * all methods of all modules, and so for the public ones of every package that a module exports.
 */
@Timeout(120)
class MethodNamesTest {

    private static final Pattern REGULAR = Pattern.compile("[a-z]+(ed|ing)");

    /** Participles that are no verb in the imperative as well, unlike {@code read}, {@code put} or {@code set}. */
    private static final Set<String> IRREGULAR = Set.of(
        "begun", "bound", "broken", "brought", "built", "chosen", "done", "drawn", "driven", "fallen", "found", "given",
        "gone", "grown", "heard", "held", "hidden", "kept", "known", "left", "lost", "made", "met", "paid", "seen",
        "sent", "shown", "spent", "stuck", "taken", "thrown", "told", "torn", "unknown", "written");

    /** Words that only look like participles, or that are the protocol's own name for a thing: each with its reason. */
    private static final Map<String, String> ALLOWED = Map.of(
        "nothing", "a pronoun: the benchmark that measures the cost of measuring nothing",
        "ring", "a noun: the ring buffer that holds completions",
        "succeed", "a verb: its participle is 'succeeded'",
        "unacked", "a noun of transport protocols: the first number not yet acknowledged, as in SND.UNA");

    private static PackageGraph graph;

    @BeforeAll
    @Timeout(600)
    static void readTheProject() {
        graph = PackageGraph.of(SourceModule.all());
    }

    private static boolean isBareParticiple(final String name) {
        return REGULAR.matcher(name).matches() || IRREGULAR.contains(name);
    }

    /** Written by hand: no component of a record, and neither the compiler's, nor jextract's, nor JMH's. */
    private static Stream<JavaMethod> methods() {
        return graph.classes().stream()
            .filter(each -> !each.getPackageName().matches("dev\\.ffmverbs\\.jextract|.*\\.jmh_generated"))
            .flatMap(each -> each.getMethods().stream())
            .filter(method -> !method.getOwner().isRecord() || !method.getRawParameterTypes().isEmpty()
                || method.getOwner().tryGetField(method.getName()).isEmpty())
            .filter(method -> !method.getModifiers().contains(JavaModifier.SYNTHETIC));
    }

    @Test
    void noMethodIsNamedByABareParticiple() {
        final String breaches = methods().filter(method -> isBareParticiple(method.getName()))
            .filter(method -> !ALLOWED.containsKey(method.getName()))
            .map(JavaMethod::getFullName).sorted().collect(Collectors.joining("\n"));
        assertEquals("", breaches, "name it by a verb, or by a noun or a predicate if it is a query");
    }

    @Test
    void everyAllowedNameIsInUse() {
        final Set<String> unused = new TreeSet<>(ALLOWED.keySet());
        methods().map(JavaMethod::getName).forEach(unused::remove);
        assertEquals(Set.of(), unused, "names allowed that no method has");
    }

    @Test
    void everyExportedPackageIsExamined() {
        final Set<String> exported = new TreeSet<>();
        SourceModule.all().forEach(module -> exported.addAll(module.exportedPackages()));
        assertTrue(exported.contains("dev.ffmverbs"), exported.toString());
        exported.removeAll(graph.packages());
        assertEquals(Set.of(), exported, "exported packages none of whose classes was found");
    }
}
