// Checks certificates with veraison/go-cose, a general COSE library. It knows nothing of HC1
// texts, so the prefix, base45 (RFC 9285) and zlib are done here.
package main

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

type request struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Cert string `json:"cert"`
}

type answer struct {
	ID      string `json:"id"`
	Verdict string `json:"verdict"`
	Why     string `json:"why,omitempty"`
	Read    *read  `json:"read,omitempty"`
}

type read struct {
	FN  string `json:"fn"`
	GN  string `json:"gn"`
	DOB string `json:"dob"`
	DN  int    `json:"dn"`
	SD  int    `json:"sd"`
	CI  string `json:"ci"`
}

// The members looked at; other claims are ignored.
type claims struct {
	HCert struct {
		DCC struct {
			Nam struct {
				FN string `cbor:"fn"`
				GN string `cbor:"gn"`
			} `cbor:"nam"`
			DOB string `cbor:"dob"`
			V   []struct {
				DN int    `cbor:"dn"`
				SD int    `cbor:"sd"`
				CI string `cbor:"ci"`
			} `cbor:"v"`
		} `cbor:"1,keyasint"`
	} `cbor:"-260,keyasint"`
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	out := json.NewEncoder(os.Stdout)
	for in.Scan() {
		var r request
		if err := json.Unmarshal(in.Bytes(), &r); err != nil {
			panic(err)
		}
		a := answer{ID: r.ID, Verdict: "accept"}
		got, err := verify(r)
		if err != nil {
			a.Verdict, a.Why = "reject", err.Error()
		}
		a.Read = got
		if err := out.Encode(a); err != nil {
			panic(err)
		}
	}
}

func verify(r request) (*read, error) {
	body, found := strings.CutPrefix(r.Text, "HC1:")
	if !found {
		return nil, errors.New("prefix")
	}
	packed, err := base45(body)
	if err != nil {
		return nil, err
	}
	inflater, err := zlib.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(inflater)
	if err != nil {
		return nil, err
	}
	var message cose.Sign1Message // wants tag 18
	if err := message.UnmarshalCBOR(raw); err != nil {
		return nil, err
	}
	der, err := base64.StdEncoding.DecodeString(r.Cert)
	if err != nil {
		return nil, err
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	hash := sha256.Sum256(der)
	kid, ok := message.Headers.Protected[cose.HeaderLabelKeyID]
	if !ok { // the unprotected one counts only if there is no protected one
		kid = message.Headers.Unprotected[cose.HeaderLabelKeyID]
	}
	if id, ok := kid.([]byte); !ok || !bytes.Equal(id, hash[:8]) {
		return nil, errors.New("key id is not the certificate's")
	}
	alg, err := message.Headers.Protected.Algorithm()
	if err != nil {
		return nil, err
	}
	// Refuses an algorithm that does not fit the key.
	verifier, err := cose.NewVerifier(alg, cert.PublicKey)
	if err != nil {
		return nil, err
	}
	if err := message.Verify(nil, verifier); err != nil {
		return nil, err
	}
	var c claims
	if err := cbor.Unmarshal(message.Payload, &c); err != nil {
		return nil, err
	}
	dcc := c.HCert.DCC
	if len(dcc.V) != 1 {
		return nil, errors.New("not one vaccination")
	}
	v := dcc.V[0]
	return &read{FN: dcc.Nam.FN, GN: dcc.Nam.GN, DOB: dcc.DOB, DN: v.DN, SD: v.SD, CI: v.CI}, nil
}

func base45(text string) ([]byte, error) {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
	var out []byte
	for i := 0; i < len(text); i += 3 {
		group := text[i:min(i+3, len(text))]
		value, place := 0, 1
		for j := range len(group) {
			digit := strings.IndexByte(alphabet, group[j])
			if digit < 0 {
				return nil, errors.New("base45: character outside the alphabet")
			}
			value += digit * place
			place *= 45
		}
		switch {
		case len(group) == 3 && value <= 0xFFFF:
			out = append(out, byte(value>>8), byte(value))
		case len(group) == 2 && value <= 0xFF:
			out = append(out, byte(value))
		default:
			return nil, errors.New("base45: overflow or bad length")
		}
	}
	return out, nil
}
