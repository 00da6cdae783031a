package storefrontapi

import "github.com/workfluence/workfluence/internal/problem"

// The problems of storefront. Each has a page in docs/errors.
var (
	// ErrSlugTaken: another product of this creator, or lesson of this section, has the address. State is "former" when it is a former
	// address of another product, which its owner can give up.
	ErrSlugTaken = problem.Declare(problem.Conflict, "slug_taken", "Another one of yours already has this address.")
	// ErrPriceTooLow: under the price floor, or under what can be charged (storefront.md case 11).
	ErrPriceTooLow = problem.Declare(problem.Invalid, "price_too_low", "The price is below the least that can be charged in this currency.")
	// ErrPriceInvalid: no price of that currency can be written so ("JPY 149.50"; storefront.md case 9).
	ErrPriceInvalid = problem.Declare(problem.Invalid, "price_invalid", "This is not a price in this currency.")
	// ErrVATID: the buyer's VAT number is not written as numbers of its country are (field code vat_form), or its check digits don't fit
	// (vat_digits).
	ErrVATID = problem.Declare(problem.Invalid, "vat_id_invalid", "This VAT number can't be right. Correct it, or leave it out.")
	// ErrPriceChanged: the price that the buyer saw is no longer offered. State is the product's path.
	ErrPriceChanged = problem.Declare(problem.Conflict, "price_changed", "The price has changed since you opened the page. Look at it again before you pay.")
	// ErrNotForSale: the product is not published.
	ErrNotForSale = problem.Declare(problem.Conflict, "not_for_sale", "This product is not for sale at the moment.")
	// ErrAlreadyOwned: the signed-in buyer has access to it. State is the path to their library. A guest is not told: their address is
	// not proven, and the mailbox gets a mail instead.
	ErrAlreadyOwned = problem.Declare(problem.Conflict, "already_owned", "You already have this. Open it from your library, or say that you want to buy it again.")
	// ErrOwnProduct: a creator orders their own product.
	ErrOwnProduct = problem.Declare(problem.Conflict, "own_product", "This is your own product. Use the preview to see it as a buyer does.")
	// ErrNothingToPublish: a course without a lesson, a product without a price. Fields say what is missing.
	ErrNothingToPublish = problem.Declare(problem.Conflict, "nothing_to_publish", "Something is missing before this can be published.")
	// ErrSellingNotPossible: the creator's country has no payouts; free products work.
	ErrSellingNotPossible = problem.Declare(problem.Conflict, "selling_not_possible", "We can't pay out to your country yet, so this can't be sold for money. You can offer it for free, or join the waiting list in your settings.")
	// ErrCountryUnknown: the creator has not said their country.
	ErrCountryUnknown = problem.Declare(problem.Conflict, "country_unknown", "Tell us your country in your settings first: it decides whether we can pay you out.")
	// ErrHandleMissing: a page needs a handle before anything is published on it.
	ErrHandleMissing = problem.Declare(problem.Conflict, "handle_missing", "Choose a handle first: it is the address of your page.")
	// ErrProductSold: what was sold can be unpublished, not deleted.
	ErrProductSold = problem.Declare(problem.Conflict, "product_sold", "People have this product, so it can't be deleted. You can take it off your page.")
	// ErrSectionNotEmpty: a section with lessons is not deleted in passing.
	ErrSectionNotEmpty = problem.Declare(problem.Conflict, "section_not_empty", "Move or delete the lessons of this section first.")
	// ErrOutlineMismatch: a new order must name every section and lesson once.
	ErrOutlineMismatch = problem.Declare(problem.Invalid, "outline_mismatch", "The new order must name every section and every lesson exactly once.")
	// ErrImport: the zip could not be imported; nothing was. Fields name files and reasons.
	ErrImport = problem.Declare(problem.Invalid, "import_refused", "The zip could not be imported. Nothing was changed.")
	// ErrFileTooLarge: more bytes than a file may have; nothing was kept.
	ErrFileTooLarge = problem.Declare(problem.TooLarge, "file_too_large", "The file is larger than the 2 GB allowed. Nothing was stored.")
	// ErrImageUnreadable: a picture that is none, or that is too large to show.
	ErrImageUnreadable = problem.Declare(problem.Invalid, "image_unreadable", "The picture can't be read, or it has more than 40 million pixels.")
	// ErrFileInUse: a file that a lesson refers to.
	ErrFileInUse = problem.Declare(problem.Conflict, "file_in_use", "A lesson or the page refers to this file. Remove it there first.")
	// ErrUploadOffset: a part of a resumable upload that does not follow the last.
	ErrUploadOffset = problem.Declare(problem.Conflict, "upload_offset", "This part does not follow what has been received. Ask for the offset and go on from there.")
	// ErrUploadChecksum: a part that arrived changed (tus 1.0, checksum: status 460 there, a plain conflict here).
	ErrUploadChecksum = problem.Declare(problem.Conflict, "upload_checksum", "A part of the upload arrived damaged. Send it again.")
	// ErrUploadGone: the upload was finished, ended or forgotten.
	ErrUploadGone = problem.Declare(problem.Gone, "upload_gone", "This upload has ended. Start it again.")
	// ErrLinkExpired: a file's address lives for five minutes.
	ErrLinkExpired = problem.Declare(problem.Gone, "file_link_expired", "This address of the file has expired. Open the lesson again to get a fresh one.")
	// ErrAccessClosed: the order was refunded.
	ErrAccessClosed = problem.Declare(problem.Forbidden, "access_closed", "The order was refunded, so its content is closed.")
	// ErrAccessPaused: the buyer's bank disputes the payment.
	ErrAccessPaused = problem.Declare(problem.Forbidden, "access_paused", "The payment is being disputed at your bank. Access returns when that ends in the seller's favour.")
	// ErrOrderOver: the checkout ended without a payment; State says how.
	ErrOrderOver = problem.Declare(problem.Conflict, "order_over", "This order ended without a payment. Start again from the product's page.")
)
