package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.penstock.model.FailureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  @TempDir Path root;

  private String create(String name, Role role, Optional<String> tenant) {
    return Tokens.create(root.resolve("tokens"), name, role, tenant, new SecureRandom());
  }

  @Test
  void aToken_isKeptAsItsHash() throws Exception {
    String token = create("vera", Role.VIEWER, Optional.of("acme"));
    Path file = root.resolve("tokens");
    assertThat(Files.readString(file)).doesNotContain(token).startsWith("vera viewer acme ");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Tokens tokens = Tokens.open(file, InstantSource.system());
    assertThat(tokens.find(token))
        .contains(
            new Principal(
                "vera",
                Role.VIEWER,
                Optional.of("acme"),
                HexFormat.of().formatHex(Tokens.sha256(token))));
    assertThat(tokens.find(token + "x")).isEmpty();
    assertThat(tokens.find("")).isEmpty();
  }

  @Test
  void theFile_isReadAgain() throws Exception {
    String first = create("a", Role.ADMIN, Optional.empty());
    Path file = root.resolve("tokens");
    Tokens tokens = Tokens.open(file, InstantSource.system());
    String second = create("b", Role.OPERATOR, Optional.of("acme"));
    assertThat(tokens.find(second)).isPresent();
    Files.writeString(file, "nonsense");
    assertThat(tokens.find(first)).isPresent();
    Files.delete(file);
    assertThat(tokens.find(first)).isEmpty();
  }

  @Test
  void names_areTakenOnce() {
    create("a", Role.ADMIN, Optional.empty());
    assertThatThrownBy(() -> create("a", Role.ADMIN, Optional.empty()))
        .hasMessageContaining("is there already");
    assertThatThrownBy(() -> create("a b", Role.ADMIN, Optional.empty()))
        .hasMessageContaining("cannot be made");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a root * 00", "a admin *", "a viewer * HASH", "a admin Acme HASH", "x"})
  void mistakes_areRefused(String line) throws Exception {
    Files.writeString(root.resolve("tokens"), line.replace("HASH", "0".repeat(64)));
    assertThatThrownBy(() -> Tokens.open(root.resolve("tokens"), InstantSource.system()))
        .isInstanceOf(FailureException.class)
        .hasMessageContaining("tokens:1");
  }

  @Test
  void aFileThatOthersMayWrite_isNotTrusted() throws Exception {
    create("a", Role.ADMIN, Optional.empty());
    Files.setPosixFilePermissions(
        root.resolve("tokens"), PosixFilePermissions.fromString("rw-rw----"));
    assertThatThrownBy(() -> Tokens.open(root.resolve("tokens"), InstantSource.system()))
        .hasMessageContaining("others may write");
  }

  @Test
  void aToken_isWorthNothing_whenItsTimeIsOver() {
    Path file = root.resolve("tokens");
    Instant end = Instant.parse("2030-01-01T00:00:00Z");
    var wanted = new Tokens.Listed("guest", Role.VIEWER, Optional.of("acme"), Optional.of(end));
    String token = Tokens.create(file, wanted, new SecureRandom());
    var now = new java.util.concurrent.atomic.AtomicReference<>(end.minus(Duration.ofSeconds(1)));
    Tokens tokens = Tokens.open(file, now::get);
    Principal guest = tokens.find(token).orElseThrow();
    assertThat(tokens.has(guest)).isTrue();
    now.set(end);
    assertThat(tokens.find(token)).isEmpty();
    assertThat(tokens.has(guest)).isFalse();
    assertThat(Tokens.list(file)).isEqualTo(List.of(wanted));
  }

  /** A name is not who it was, once it has another token. */
  @Test
  void aTokenThatWasReplaced_leavesNobodyIn() throws Exception {
    Path file = root.resolve("tokens");
    String stolen = create("a", Role.ADMIN, Optional.empty());
    Tokens tokens = Tokens.open(file, InstantSource.system());
    Principal thief = tokens.find(stolen).orElseThrow();
    assertThat(Tokens.revoke(file, "a")).isTrue();
    String fresh = create("a", Role.ADMIN, Optional.empty());
    assertThat(tokens.has(thief)).isFalse();
    assertThat(tokens.has(tokens.find(fresh).orElseThrow())).isTrue();
  }

  @Test
  void aRevokedToken_isGone_andTheOthersStay() throws Exception {
    Path file = root.resolve("tokens");
    String first = create("a", Role.ADMIN, Optional.empty());
    String second = create("ab", Role.VIEWER, Optional.of("acme"));
    Tokens tokens = Tokens.open(file, InstantSource.system());
    assertThat(Tokens.revoke(file, "a")).isTrue();
    assertThat(Tokens.revoke(file, "a")).isFalse();
    assertThat(tokens.find(first)).isEmpty();
    assertThat(tokens.find(second)).isPresent();
    assertThatThrownBy(() -> create("x", Role.VIEWER, Optional.empty()))
        .hasMessageContaining("only an admin");
  }
}
