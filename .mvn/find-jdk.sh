# Sourced by mvnw and penstock: find_jdk sets and exports JAVA_HOME to a JDK new enough to build and run Penstock.
# It reads each JDK's `release` file instead of starting `java -version`, so looking costs about a millisecond.

PENSTOCK_JDK_MIN=25

# jdk_major DIR: sets JDK_MAJOR to the feature release of the JDK in DIR, or 0 when DIR holds no JDK (a JRE counts as none).
jdk_major() {
  JDK_MAJOR=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  while IFS='=' read -r jdk_key jdk_value; do
    [ "$jdk_key" = JAVA_VERSION ] || continue
    jdk_value=${jdk_value#\"}
    jdk_value=${jdk_value%%[!0-9]*}
    JDK_MAJOR=${jdk_value:-0}
    return 0
  done <"$1/release"
}

# jdk_on_path: prints the home of the javac on PATH, through its links.
jdk_on_path() {
  jdk_javac=$(command -v javac) || return 0
  jdk_javac=$(readlink -f "$jdk_javac") || return 0
  printf '%s\n' "${jdk_javac%/bin/javac}"
}

# jdk_installed: prints the JDK closest above the minimum among the usual places.
jdk_installed() {
  # mvnw runs with globbing off; this function is called in a subshell, so turning it on stays here.
  set +f
  jdk_best= jdk_best_major=
  for jdk_dir in /usr/lib/jvm/* /opt/* /opt/java/* "${HOME:-/nonexistent}"/.sdkman/candidates/java/* \
    "${HOME:-/nonexistent}"/.jdks/* /usr/java/* /usr/local/lib/jvm/* /usr/lib64/jvm/*; do
    jdk_major "$jdk_dir"
    [ "$JDK_MAJOR" -ge "$PENSTOCK_JDK_MIN" ] || continue
    if [ -z "$jdk_best" ] || [ "$JDK_MAJOR" -lt "$jdk_best_major" ]; then
      jdk_best=$jdk_dir jdk_best_major=$JDK_MAJOR
    fi
  done
  printf '%s\n' "$jdk_best"
}

find_jdk() {
  for jdk_source in given path installed; do
    case $jdk_source in
    given) jdk_home=${JAVA_HOME-} ;;
    path) jdk_home=$(jdk_on_path) ;;
    installed) jdk_home=$(jdk_installed) ;;
    esac
    [ -n "$jdk_home" ] || continue
    jdk_major "$jdk_home"
    if [ "$JDK_MAJOR" -ge "$PENSTOCK_JDK_MIN" ]; then
      JAVA_HOME=$jdk_home
      export JAVA_HOME
      return 0
    fi
  done
  echo "Penstock needs a JDK $PENSTOCK_JDK_MIN or newer; none found in JAVA_HOME, PATH, /usr/lib/jvm, /opt, /usr/java, ~/.sdkman or ~/.jdks. Install Temurin $PENSTOCK_JDK_MIN (https://adoptium.net) or set JAVA_HOME." >&2
  return 1
}
