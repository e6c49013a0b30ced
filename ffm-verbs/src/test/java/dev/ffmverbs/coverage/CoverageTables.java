// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.coverage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The committed rows, and the names that rdma-core has. */
final class CoverageTables {

    /** The release whose names are in {@code verbs-names.txt} and {@code rdma_cma-names.txt}. */
    static final int NAMES_OF_RELEASE = 65;

    private CoverageTables() {
    }

    static List<FunctionRow> functions(final String header) throws IOException {
        return lines(header + ".txt").stream().map(FunctionRow::of).toList();
    }

    static List<String> names(final String header) throws IOException {
        return lines(header + "-names.txt");
    }

    static List<ParityRow> parity() throws IOException {
        return lines("pyverbs.txt").stream().map(ParityRow::of).toList();
    }

    private static List<String> lines(final String file) throws IOException {
        try (InputStream content = CoverageTables.class.getResourceAsStream(file)) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }
}
