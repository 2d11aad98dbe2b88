/**
 * A self-signed certificate for receiver.test and 127.0.0.1, valid from 2020 to 2120, and its key. For tests only:
 * nothing else trusts it, so the key is no secret.
 */
export const testCertificate = {
  cert: `-----BEGIN CERTIFICATE-----
MIIBhDCCASmgAwIBAgIUbQWyAr/AiCCgMlur0s30W+J7v7IwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIw
MDEwMTAwMDAwMFowGDEWMBQGA1UEAwwNcmVjZWl2ZXIudGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABM92iSmze9V8E6YegDOpqF5dO/Ioyupj6vpe1KyjKrnf
ENFssJiXietbgJ1ed+y/m6Sq4v1CoPXO5tU962YL14WjTzBNMB4GA1UdEQQXMBWC
DXJlY2VpdmVyLnRlc3SHBH8AAAEwDAYDVR0TBAUwAwEB/zAdBgNVHQ4EFgQUt2/e
nY8Gkm/yYyIt0oEJJGj9dJcwCgYIKoZIzj0EAwIDSQAwRgIhAPQ3WzNOUobsxXwq
Mb7gE710j1OEewmQTze6pDNRHLPfAiEAinWUuiq0DivL4Qzi5a7h/nEUiXAmpqme
VdfU/zlobig=
-----END CERTIFICATE-----`,
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/NU1isRkve/af0KF
ZXZvoy4UtuvxaxoWhUkVxv3UqO2hRANCAATPdokps3vVfBOmHoAzqaheXTvyKMrq
Y+r6XtSsoyq53xDRbLCYl4nrW4CdXnfsv5ukquL9QqD1zubVPetmC9eF
-----END PRIVATE KEY-----`,
};
