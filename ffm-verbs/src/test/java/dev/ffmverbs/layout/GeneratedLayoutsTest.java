// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.layout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ffmverbs.jextract.ffm_verbs_h;
import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Compares the generated package with the installed headers, as the C compiler reads them.
 *
 * <p>For the rdma-core release that the package was generated from, every number must be the same. Headers of
 * another release may differ in two ways only. The structs that grow may have another size
 * ({@link ProbeRow#mayDifferBetweenReleases()}), and older headers may lack names. Fields never move.
 */
@Timeout(120)
class GeneratedLayoutsTest {

    /** The rdma-core release in the provenance table of {@code jextract-config/README.md}. */
    private static final int GENERATED_FROM_RELEASE = 44;

    /** Numbers that the ABI fixes on every 64-bit processor. Their presence shows that the enumeration works. */
    private static final Map<String, Long> WELL_KNOWN = Map.ofEntries(
            Map.entry("sizeof(struct ibv_wc)", 48L),
            Map.entry("sizeof(struct ibv_sge)", 16L),
            Map.entry("sizeof(struct ibv_send_wr)", 128L),
            Map.entry("sizeof(union ibv_gid)", 16L),
            Map.entry("offsetof(struct ibv_send_wr, wr.rdma.rkey) - offsetof(struct ibv_send_wr, wr.rdma)", 8L),
            Map.entry("offsetof(struct ibv_send_wr, imm_data)", 36L),
            Map.entry("offsetof(struct ibv_context_ops, poll_cq)", 88L),
            Map.entry("offsetof(struct ibv_context_ops, post_send)", 200L),
            Map.entry("offsetof(struct verbs_context, context) - offsetof(struct verbs_context, sz)", 8L),
            Map.entry("offsetof(struct verbs_context, context) - offsetof(struct verbs_context, create_qp_ex)", 56L),
            Map.entry("IBV_QP_DEST_QPN", 1L << 20),
            Map.entry("IBV_DEVICE_PCI_WRITE_END_PADDING", 1L << 36),
            Map.entry("IBV_NODE_UNKNOWN", -1L),
            Map.entry("__VERBS_ABI_IS_EXTENDED", -1L),
            Map.entry("RDMA_PS_TCP", 0x106L),
            Map.entry("POLLIN", 1L),
            Map.entry("AF_INET", 2L),
            Map.entry("EINVAL", 22L));

    /** Function pointers of structs that embed a mutex. Offsets depend on the processor, but they always exist. */
    private static final List<String> FUNCTION_POINTERS = List.of(
            "offsetof(struct ibv_qp_ex, wr_start)", "offsetof(struct ibv_qp_ex, wr_rdma_read)",
            "offsetof(struct ibv_cq_ex, start_poll)", "offsetof(struct ibv_cq_ex, read_completion_wallclock_ns)");

    @TempDir
    static Path directory;

    private static String obstacle;
    private static List<ProbeRow> generated;
    private static Map<String, Long> compiled;
    private static int release;
    private static HeaderNames names;

    @BeforeAll
    static void compileAndRunTheProbe() throws Exception {
        CompilerProbe probe = new CompilerProbe(directory);
        obstacle = probe.obstacle();
        if (!obstacle.isEmpty()) {
            return;
        }
        release = probe.rdmaCoreRelease(GENERATED_FROM_RELEASE);
        names = probe.namesOf("infiniband/verbs.h", "infiniband/verbs_api.h", "rdma/rdma_cma.h", "infiniband/sa.h");
        generated = GeneratedLayouts.rows();
        compiled = probe.evaluate(generated.stream().map(ProbeRow::expression).collect(Collectors.toSet()));
    }

    @BeforeEach
    void skipEachTestWhereNothingCanBeCompiled() {
        assumeTrue(obstacle.isEmpty(), obstacle);
    }

    @Test
    void everySizeOffsetAndConstantIsThatOfTheInstalledHeaders() {
        List<String> differences = new ArrayList<>();
        for (ProbeRow row : generated) {
            Long inC = compiled.get(row.expression());
            if (inC == null && release >= GENERATED_FROM_RELEASE) {
                differences.add(row.expression() + ": generated " + row.generated() + ", not known in C");
            } else if (inC != null && !row.is(inC)
                    && !(release != GENERATED_FROM_RELEASE && row.mayDifferBetweenReleases())) {
                differences.add(row.expression() + ": generated " + row.generated() + ", in C " + inC);
            }
        }
        assertTrue(differences.isEmpty(), () -> differences.size() + " of " + generated.size()
                + " numbers of dev.ffmverbs.jextract, generated from rdma-core " + GENERATED_FROM_RELEASE
                + ", are not those of the installed headers of rdma-core " + release + ":\n"
                + String.join("\n", differences));
    }

    @Test
    void theComparisonCoversStructsNestedGroupsConstantsAndFunctionPointers() {
        Map<String, Long> wellKnownInC = new TreeMap<>(compiled);
        wellKnownInC.keySet().retainAll(WELL_KNOWN.keySet());
        assertEquals(new TreeMap<>(WELL_KNOWN), wellKnownInC);
        List<String> notCompared = FUNCTION_POINTERS.stream().filter(row -> !compiled.containsKey(row)).toList();
        assertTrue(notCompared.isEmpty(), () -> "not compared: " + notCompared);
        Map<String, Long> kinds = generated.stream().map(ProbeRow::expression).collect(Collectors.groupingBy(
                row -> row.startsWith("sizeof") ? "sizes" : row.startsWith("offsetof") ? "offsets" : "constants",
                Collectors.counting()));
        assertTrue(kinds.get("sizes") > 500 && kinds.get("offsets") > 500 && kinds.get("constants") > 400,
                () -> "suspiciously few rows: " + kinds);
    }

    @Test
    void everyFunctionStructureAndConstantOfTheInstalledHeadersIsGenerated() throws Exception {
        assumeTrue(release <= GENERATED_FROM_RELEASE, () -> "the headers are those of rdma-core " + release
                + ", which has more than " + GENERATED_FROM_RELEASE);
        Set<String> methods = Arrays.stream(ffm_verbs_h.class.getMethods()).map(Method::getName)
                .collect(Collectors.toSet());
        Set<String> classes = PackageClasses.beside(ffm_verbs_h.class).stream().map(Class::getSimpleName)
                .collect(Collectors.toSet());
        Set<String> missing = new TreeSet<>(names.functions());
        missing.addAll(names.constants());
        missing.removeAll(methods);
        names.structures().stream().filter(name -> !classes.contains(name)).forEach(missing::add);

        assertEquals(Set.of(), missing);
        assertTrue(names.functions().size() > 100 && names.structures().size() > 100 && names.constants().size() > 450,
                () -> "suspiciously few names: " + names.functions().size() + " functions, "
                        + names.structures().size() + " structures, " + names.constants().size() + " constants");
    }
}
