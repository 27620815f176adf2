package dev.penstock.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.http.Destinations.Verdict;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationsTest {
  private static final Destinations PUBLIC =
      new Destinations(List.of(), false, InetAddress::getAllByName);

  private static Verdict verdict(String url) {
    return PUBLIC.verdict(URI.create(url));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/",
        "http://127.8.9.10:8470/v1/drain",
        "http://0.0.0.0/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://172.31.255.255/",
        "http://192.168.1.1/",
        "http://100.64.0.1/",
        "http://100.127.255.255/",
        "http://169.254.169.254/latest/meta-data/",
        "http://192.0.0.192/",
        "http://198.18.0.1/",
        "http://203.0.113.7/",
        "http://224.0.0.1/",
        "http://255.255.255.255/",
        "http://[::1]/",
        "http://[::]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:a9fe:a9fe]/",
        "http://[::127.0.0.1]/",
        "http://[fe80::1]/",
        "http://[fc00::1]/",
        "http://[fd00:ec2::254]/",
        "http://[fec0::1]/",
        "http://[ff02::1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::1]/",
        "http://[2001:db8::1]/",
        "http://[2001::1]/",
        "http://2130706433/",
        "ftp://8.8.8.8/",
        "file:///etc/passwd",
        "http:///nowhere",
        "http://user:secret@8.8.8.8/",
      })
  void whatIsNotPublic_isRefused(String url) {
    assertThat(verdict(url)).isNotInstanceOf(Verdict.Allowed.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://8.8.8.8/",
        "https://100.63.255.255/",
        "https://100.128.0.1/x?y",
        "http://172.32.0.1/",
        "http://[2606:4700::1111]/",
        "http://[64:ff9b::808:808]/",
        "http://[2002:808:808::1]/",
      })
  void whatIsPublic_isAllowed(String url) {
    assertThat(verdict(url)).isInstanceOf(Verdict.Allowed.class);
  }

  @Test
  void aName_isJudgedByAllItsAddresses() throws Exception {
    InetAddress open = InetAddress.getByName("8.8.8.8");
    InetAddress own = InetAddress.getByName("10.0.0.1");
    Destinations.Names names =
        host ->
            switch (host) {
              case "two.example" -> new InetAddress[] {open, own};
              case "open.example" -> new InetAddress[] {open};
              default -> throw new UnknownHostException(host);
            };
    Destinations strict = new Destinations(List.of(), false, names);
    assertThat(strict.verdict(URI.create("https://two.example/")))
        .isInstanceOfSatisfying(
            Verdict.Refused.class, refused -> assertThat(refused.why()).contains("10.0.0.1"));
    assertThat(strict.verdict(URI.create("https://OPEN.example./")))
        .isEqualTo(new Verdict.Allowed(open));
    assertThat(strict.verdict(URI.create("https://none.example/")))
        .isInstanceOf(Verdict.Unknown.class);
    assertThat(
            new Destinations(List.of("Two.Example"), false, names)
                .verdict(URI.create("https://two.example/")))
        .isEqualTo(new Verdict.Allowed(open));
    assertThat(new Destinations(List.of(), true, names).verdict(URI.create("https://two.example/")))
        .isEqualTo(new Verdict.Allowed(open));
  }
}
