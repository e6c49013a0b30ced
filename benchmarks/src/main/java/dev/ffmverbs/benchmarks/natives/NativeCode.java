// SPDX-License-Identifier: Apache-2.0
package dev.ffmverbs.benchmarks.natives;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The programs and libraries built from C. */
public final class NativeCode {

    private static final List<String> SOURCES =
        List.of("stub_verbs.c", "stub_verbs.map", "loopback.h", "loopback.c", "jni_verbs.c", "reference.c");
    private static final String STUB_LIBRARY = "libibverbs.so.1";

    private final Path folder;
    private final Compiler compiler;
    private final Product stub;
    private final Product jni;
    private final Product reference;

    private NativeCode(final Path folder, final Compiler compiler) throws IOException {
        this.folder = folder;
        this.compiler = compiler;
        final Path include = Path.of(System.getProperty("java.home"), "include");
        stub = build(Path.of("stub", STUB_LIBRARY), List.of("-shared", "-fPIC", "-Wl,-soname," + STUB_LIBRARY,
            "-Wl,--version-script," + folder.resolve("stub_verbs.map"), source("stub_verbs.c")));
        jni = build(Path.of("libjni_verbs.so"), List.of("-shared", "-fPIC", "-I" + include,
            "-I" + include.resolve("linux"), source("jni_verbs.c"), source("loopback.c"), "-libverbs"));
        reference = build(Path.of("reference"), List.of(source("reference.c"), source("loopback.c"), "-libverbs"));
    }

    /**
     * Builds everything.
     *
     * @param folder   folder for the products; created if there is none.
     * @param compiler compiler to use.
     * @return what was built, and what was not.
     * @throws IOException if the folder cannot be written.
     */
    public static NativeCode build(final Path folder, final Compiler compiler) throws IOException {
        Files.createDirectories(folder.resolve("stub"));
        copySources(SOURCES, folder);
        return new NativeCode(folder.toAbsolutePath(), compiler);
    }

    /**
     * Copies source files in C from this program's resources to a folder, and replaces those that are there.
     *
     * @param names  names of the files.
     * @param folder an existing folder.
     * @throws IOException if this program lacks a file, or the folder cannot be written.
     */
    public static void copySources(final List<String> names, final Path folder) throws IOException {
        for (final String name : names) {
            try (InputStream content = NativeCode.class.getResourceAsStream(name)) {
                if (content == null) {
                    throw new IOException("this build lacks a source in C, " + name);
                }
                Files.copy(content, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private String source(final String name) {
        return folder.resolve(name).toString();
    }

    private Product build(final Path name, final List<String> arguments) throws IOException {
        final Path file = folder.resolve(name);
        final List<String> all = new ArrayList<>(List.of("-std=gnu11", "-O2", "-o", file.toString()));
        all.addAll(arguments);
        return new Product(file, compiler.run(all));
    }

    /**
     * A file built from C, or the reason why there is none.
     *
     * @param file    the file.
     * @param failure why it was not built; empty if it was.
     */
    public record Product(Path file, Optional<String> failure) {
    }

    /**
     * Returns the stub libibverbs.
     *
     * @return a library that is alone in its folder, for {@code LD_LIBRARY_PATH}.
     */
    public Product stub() {
        return stub;
    }

    /**
     * Returns the library of the JNI bindings.
     *
     * @return a library to load by its file name.
     */
    public Product jni() {
        return jni;
    }

    /**
     * Returns the C reference.
     *
     * @return a program.
     */
    public Product reference() {
        return reference;
    }

    /**
     * Returns the compiler's name and version.
     *
     * @return as {@link Compiler#version}.
     */
    public String compilerVersion() {
        return compiler.version();
    }
}
