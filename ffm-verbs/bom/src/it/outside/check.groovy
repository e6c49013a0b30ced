// Fails the build if a program did not do its work, or if Maven, javac, jlink or a JVM had a warning.
List<String> lines = new File(basedir, 'build.log').readLines('UTF-8')

def warnings = lines.findAll { it =~ /(?i)\bwarn(ing|ings)?\b|automatic module|overlapping|deprecat/ }
assert warnings.isEmpty() : 'warnings: ' + warnings

for (program in ['class path', 'module path', 'shaded jar']) {
    assert lines.any { it.startsWith("$program: ") && it.endsWith(' SUCCESS 42') } : program + ' has read nothing'
}
assert lines.contains('module path: module dev.ffmverbs, module dev.ffmverbs.ccm')
assert lines.count { it.startsWith('Usage: ccm [') } == 2 : 'ccm --help, of the shaded jar and of the image'
assert lines.any { it.contains('session') } : 'ccm demo, of the image, has made no session'
return true
