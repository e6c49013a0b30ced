/** The program that is run on the class path, on the module path and from a shaded jar. */
package outside;
