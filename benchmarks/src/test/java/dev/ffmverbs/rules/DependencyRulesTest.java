// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.rules;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;

/**
 * Every rule that a {@code package-info.java} states of its package's dependencies holds, in all modules that programs
 * use; the benchmarks have a separate test.
 *
 * <p>{@link PackagePage} says how such a rule is written. A failure names the class and the line that break it: move
 * the code, or change the rule with the reason in the commit.
 */
@Timeout(120)
class DependencyRulesTest {

    private static final String BENCHMARKS = "benchmarks";
    private static final String GENERATED = "dev.ffmverbs.jextract";
    private static final String NATIVE_CALLS = "dev.ffmverbs.ibverbs";
    private static final String SOCKET_CALLS = "dev.ffmverbs.softroce.libc";

    private static final Pattern SOCKETS = Pattern.compile(
        "java\\.net\\.(\\w*(Datagram|Server|Multicast)\\w+|Socket|NetworkInterface)|java\\.nio\\.channels\\..*");
    private static final Pattern THREADS = Pattern.compile(
        "java\\.util\\.concurrent\\..*(Executor|Timer|ForkJoin).*|java\\.util\\.Timer.*");
    private static final Pattern CLOCKS = Pattern.compile(
        "java\\.lang\\.System\\.(nanoTime|currentTimeMillis)|java\\.time\\.\\w+\\.now");
    private static final Pattern THREAD_STARTS = Pattern.compile(
        "java\\.lang\\.Thread\\.(start|startVirtualThread|ofPlatform|ofVirtual|sleep)");
    /** What makes Java call native code, or reach memory that is not its own. */
    private static final Pattern RESTRICTED = Pattern.compile("java\\.lang\\.foreign\\.("
        + "Linker\\.\\w+|SymbolLookup\\.libraryLookup|MemorySegment\\.reinterpret|AddressLayout\\.withTargetLayout)");

    private static Map<String, PackagePage> pages;
    private static PackageGraph graph;

    @BeforeAll
    @Timeout(600)
    static void readTheProject() {
        final List<SourceModule> modules =
            SourceModule.all().stream().filter(module -> !module.toString().equals(BENCHMARKS)).toList();
        pages = new TreeMap<>();
        modules.forEach(module -> pages.putAll(module.pages()));
        graph = PackageGraph.of(modules);
        for (final SourceModule module : modules) {
            assertTrue(module.classes().toFile().isDirectory(), module + " is not built: run the test from the"
                + " project's folder, with '-pl benchmarks,ccm/command,ccm/store,ccm/zookeeper,ffm-verbs/examples"
                + " -am'");
        }
    }

    private static void forEachPage(final Predicate<PackagePage> which, final Consumer<PackagePage> rule) {
        assertAll(pages.values().stream().filter(which).map(page -> (Executable) () -> rule.accept(page)));
    }

    private static Stream<JavaAccess<?>> accesses(final String packageName) {
        return graph.classes().stream().filter(each -> each.getPackageName().equals(packageName))
            .flatMap(each -> each.getAccessesFromSelf().stream());
    }

    private static String name(final JavaAccess<?> access) {
        final AccessTarget target = access.getTarget();
        return target.getOwner().getFullName() + "." + target.getName();
    }

    /** Fails with the first place in a package that uses one of these types or calls one of these methods. */
    private static void forbid(final PackagePage page, final String rule, final Pattern types, final Pattern methods) {
        final List<String> breaches = new ArrayList<>();
        accesses(page.name()).filter(access -> methods.matcher(name(access)).matches()
            || types.matcher(access.getTargetOwner().getFullName()).matches())
            .map(JavaAccess::getDescription).forEach(breaches::add);
        assertEquals(List.of(), breaches, page.name() + " says: " + rule);
    }

    private static Collection<JavaClass> classesOutside(final Set<String> packages) {
        return graph.classes().stream().filter(each -> !packages.contains(each.getPackageName())).toList();
    }

    @Test
    void everyPackageStatesItsPurposeItsGuaranteesAndItsDependencies() {
        forEachPage(page -> true, page -> assertAll(
            () -> assertTrue(!page.purpose().isBlank(), page.name() + " has no package-info.java with a purpose"),
            () -> assertTrue(page.statesGuarantees(), page.name() + ": its package-info.java states no guarantees"),
            () -> assertTrue(page.statesDependencies(),
                page.name() + ": its package-info.java has no sentence 'Depends on ...'")));
    }

    @Test
    void packagesDependOnWhatTheyStateAndOnNothingElse() {
        forEachPage(PackagePage::statesDependencies, page -> {
            final Set<String> allowed = page.allowed(graph.packages());
            final List<String> breaches = new ArrayList<>();
            graph.usedBy(page.name()).forEach((target, place) -> {
                if (!allowed.contains(target)) {
                    breaches.add(page.name() + " -> " + target + ": " + place);
                }
            });
            assertEquals(List.of(), breaches, "package-info.java of " + page.name() + " allows " + allowed + " alone");
        });
    }

    @Test
    void noPackageUsesOneThatNothingMayDependOn() {
        forEachPage(PackagePage::isForNobody, page -> {
            final List<String> breaches = graph.packages().stream()
                .filter(origin -> graph.usedBy(origin).containsKey(page.name()))
                .map(origin -> origin + " -> " + page.name() + ": " + graph.usedBy(origin).get(page.name())).toList();
            assertEquals(List.of(), breaches, page.name() + " says that nothing depends on it");
        });
    }

    @Test
    void packagesFormNoCircle() {
        assertAll(graph.packages().stream().map(name -> () -> assertEquals(List.of(), graph.cycleThrough(name),
            "a cycle of packages")));
    }

    @Test
    void packagesThatSayTheyHaveNoClockReadNone() {
        forEachPage(page -> page.renounces("clock"), page -> forbid(page, "no clock", CLOCKS, CLOCKS));
    }

    @Test
    void packagesThatSayTheyHaveNoThreadStartNone() {
        forEachPage(page -> page.renounces("thread"), page -> forbid(page, "no thread", THREADS, THREAD_STARTS));
    }

    @Test
    void packagesThatSayTheyHaveNoSocketOpenNone() {
        forEachPage(page -> page.renounces("socket") || page.renounces("I/O"),
            page -> forbid(page, "no socket, no I/O", SOCKETS, SOCKETS));
    }

    /** The rule of {@code dev.ffmverbs.ibverbs} and {@code dev.ffmverbs.softroce.libc}, the only ones that do so. */
    @Test
    void nativeCodeIsCalledByTheProviderOfLibibverbsAndTheFastSocketAlone() {
        final List<String> breaches = classesOutside(Set.of(GENERATED, NATIVE_CALLS, SOCKET_CALLS)).stream()
            .filter(each -> each.getPackageName().matches("dev\\.ffmverbs(\\.(cm|spi|softroce|ccm)\\b.*)?"))
            .flatMap(each -> each.getAccessesFromSelf().stream())
            .filter(access -> RESTRICTED.matcher(name(access)).matches())
            .map(JavaAccess::getDescription).toList();
        assertEquals(List.of(), breaches, "only " + NATIVE_CALLS + " and " + SOCKET_CALLS + " call native code");
    }
}
